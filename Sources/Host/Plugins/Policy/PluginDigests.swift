public import Contract
internal import Glibc

/// The SHA-256 of everything that makes a plugin: its manifest, its schemas and its library. Locks and signatures stand on it.
public struct PluginDigests: Hashable, Sendable {
  /// By path below the plugin's folder, in lower-case hexadecimal.
  public var files: [String: String]

  /// Of the files as they are on disk; the file that cannot be read when there is one. Blocking.
  /// - Parameter libraryAsDeclared: takes the library's hash from the manifest, for a caller that checks the library against it.
  public static func read(
    _ manifest: Manifest, in folder: String, libraryAsDeclared: Bool
  ) throws(Refusal) -> PluginDigests {
    var files: [String: String] = [:]
    for path in ["manifest.json"] + manifest.provides.compactMap(\.schemaPath) {
      guard let bytes = File.read("\(folder)/\(path)", limit: SchemaParser.sizeLimit) else {
        throw Refusal(.fileUnreadable, "\(folder)/\(path) cannot be read (error \(errno))")
      }
      files[path] = LibrarySnapshot.sha256(bytes)
    }
    if let library = Pipeline.library(manifest) {
      files[library.path] = libraryAsDeclared ? library.sha256 : try Pipeline.snapshot("\(folder)/\(library.path)").sha256
    }
    return PluginDigests(files: files)
  }

  /// What a publisher signs: the manifest, which holds the library's hash, and the schemas, which it does not: a line `HASH  PATH`
  /// for each, sorted by path, as `sha256sum` prints them.
  func signedText(of manifest: Manifest) -> [UInt8] {
    let paths = Set(["manifest.json"] + manifest.provides.compactMap(\.schemaPath)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return Array(paths.map { "\(files[$0] ?? "")  \($0)\n" }.joined().utf8)
  }
}
