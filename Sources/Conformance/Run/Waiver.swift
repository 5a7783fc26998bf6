internal import Glibc
internal import JSON
internal import Plugins

/// An agreed failure: `waivers.json` beside the manifest, `{"waivers": [{"test", "reason", "until"}]}`.
struct Waiver: Sendable {
  /// A glob over tests' ids.
  let test: String
  let reason: String
  /// The last day on which it holds, as yyyy-mm-dd.
  let until: String

  /// The waivers of a plugin, none when there is no file.
  static func all(in folder: String) throws(CassetteError) -> [Waiver] {
    let file = folder + "/waivers.json"
    guard access(file, F_OK) == 0 else { return [] }
    func error(_ pointer: String, _ problem: String) -> CassetteError { CassetteError(file: file, pointer: pointer, problem: problem) }
    guard let bytes = File.read(file, limit: 1 << 20), let json = try? JSON.parse(bytes) else { throw error("", "cannot be read as JSON") }
    guard let list = json["waivers"]?.array else { throw error("/waivers", "must be an array") }
    var waivers: [Waiver] = []
    for (index, entry) in list.enumerated() {
      guard let test = entry["test"]?.string, let reason = entry["reason"]?.string, !reason.isEmpty, let until = entry["until"]?.string,
        until.wholeMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}/) != nil
      else { throw error("/waivers/\(index)", "needs \"test\", \"reason\" and \"until\", a day such as 2027-01-31") }
      waivers.append(Waiver(test: test, reason: reason, until: until))
    }
    return waivers
  }

  /// The result with the waiver that fits it. One that has run out waives nothing, and says so.
  static func apply(_ waivers: [Waiver], to result: TestResult, today: String) -> TestResult {
    guard result.outcome.isFailure, let waiver = waivers.first(where: { Glob.matches($0.test, result.test.id) }) else { return result }
    var result = result
    if waiver.until < today {
      result.evidence += "\nits waiver ran out on \(waiver.until): \(waiver.reason)"
    } else {
      result.waiver = "\(waiver.reason) (until \(waiver.until))"
    }
    return result
  }
}

/// Patterns of tests' ids (fnmatch(3)): `*` also matches `/`. A group's name alone is all of its tests.
enum Glob {
  static func matches(_ pattern: String, _ id: String) -> Bool {
    fnmatch(pattern, id, 0) == 0 || id.hasPrefix(pattern + "/")
  }
}
