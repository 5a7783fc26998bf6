internal import Contract
internal import Glibc
internal import JSON

/// The verdicts of the last probe, so that listing opens no library. Keyed by what would change them: the path, the
/// folder, size, time and inode of the manifest, the signature, the library and each schema, and of the files of the policy: no hash,
/// since that would start OpenSSL for every listing. A verdict decides what a listing says and nothing else. Losing the file costs nothing but a probe.
public struct VerdictCache: Hashable, Sendable {
  /// The file.
  public var path: String

  /// A cache in that file, which need not exist.
  public init(path: String) { self.path = path }

  /// `cache/verdicts.json` in CLD_HOME.
  public static func standard() -> VerdictCache? {
    Host.home.map { VerdictCache(path: $0 + "/cache/verdicts.json") }
  }

  /// What was found.
  struct Verdict: Hashable {
    var refusal: Refusal?

    func apply(to record: inout PluginRecord) {
      if let refusal { record.refuse(refusal) } else { record.state = .active }
    }
  }

  /// What a verdict holds for; nil when the library cannot be seen.
  /// - Parameter policy: the stamp of the policy's files.
  static func key(_ record: PluginRecord, policy: String) -> String? {
    guard let manifest = record.manifest, let library = Pipeline.library(manifest) else { return nil }
    let stamps = (["manifest.json", library.path] + manifest.provides.compactMap(\.schemaPath)).map { File.stamp("\(record.folder)/\($0)") }
    return stamps.contains("|-")
      ? nil : record.folder + stamps.joined() + File.stamp("\(record.folder)/\(Signature.file)") + policy
  }

  func read() -> [String: Verdict] {
    guard let bytes = File.read(path, limit: 4 << 20), let json = try? JSON.parse(bytes), let members = json.object
    else { return [:] }
    var verdicts: [String: Verdict] = [:]
    for (key, value) in members {
      if let code = value["code"]?.string {
        // A code of another version of cld: the verdict is void.
        guard let code = RefusalCode(rawValue: code), let evidence = value["evidence"]?.string else { continue }
        verdicts[key] = Verdict(refusal: Refusal(code, evidence))
      } else {
        verdicts[key] = Verdict(refusal: nil)
      }
    }
    return verdicts
  }

  func write(_ records: [PluginRecord], policy: String) {
    var members: [String: JSON] = [:]
    for record in records where record.state == .active || record.state == .refused {
      guard let key = Self.key(record, policy: policy) else { continue }
      members[key] =
        record.refusal.map { ["code": .string($0.code.rawValue), "evidence": .string($0.evidence)] } ?? [:]
    }
    if let end = path.lastIndex(of: "/") { File.makeFolder(String(path[..<end])) }
    _ = File.replace(path, with: JSON.object(members).bytes)
  }
}
