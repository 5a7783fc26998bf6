internal import Contract
internal import Glibc
internal import JSON

/// The verdicts of the last probe, so that listing opens no library. Keyed by what would change them: the path, the
/// folder, and size, time and inode of the manifest, the library and each schema: no hash, since that would start OpenSSL for
/// every listing. A verdict decides what a listing says and nothing else. Losing the file costs nothing but a probe.
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
  static func key(_ record: PluginRecord) -> String? {
    guard let manifest = record.manifest, let library = Pipeline.library(manifest) else { return nil }
    var key = record.folder
    for file in ["manifest.json", library.path] + manifest.provides.compactMap(\.schemaPath) {
      var status = stat()
      guard stat("\(record.folder)/\(file)", &status) == 0 else { return nil }
      let time = status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec
      key += "|\(status.st_size).\(time).\(status.st_ino)"
    }
    return key
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

  func write(_ records: [PluginRecord]) {
    var members: [String: JSON] = [:]
    for record in records where record.state == .active || record.state == .refused {
      guard let key = Self.key(record) else { continue }
      members[key] =
        record.refusal.map { ["code": .string($0.code.rawValue), "evidence": .string($0.evidence)] } ?? [:]
    }
    if let end = path.lastIndex(of: "/") { File.makeFolder(String(path[..<end])) }
    _ = File.replace(path, with: JSON.object(members).bytes)
  }
}
