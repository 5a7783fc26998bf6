internal import Contract

/// Compares what is installed with what was locked, and with what its manifest says.
public enum PluginVerification {
  /// How a plugin differs, one sentence each. Hashes every file; blocking.
  public static func differences(of record: PluginRecord, _ lock: PluginLock) -> [String] {
    guard let manifest = record.manifest else { return ["\(record.name): \(record.reason ?? "its manifest is refused")"] }
    do throws(Refusal) {
      let digests = try PluginDigests.read(manifest, in: record.folder, libraryAsDeclared: false)
      var differences = lock.differences(of: record.name, version: manifest.version, digests: digests)
      if let library = Pipeline.library(manifest), let found = digests.files[library.path], found != library.sha256 {
        differences.append("\(library.path) of \(record.name) has the SHA-256 \(found), its manifest says \(library.sha256)")
      }
      return differences
    } catch {
      return ["\(record.name): \(error.evidence)"]
    }
  }
}
