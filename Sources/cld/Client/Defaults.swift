internal import Glibc
internal import JSON

/// What `cld setup` has written to `config.json` of the home: used where the shell's variables say nothing.
struct Defaults {
  /// The profile of the shared AWS files.
  var awsProfile: String?
  /// The AWS region.
  var awsRegion: String?

  private static var path: String { Paths.home + "/config.json" }

  /// Reads the file; one that is absent or damaged gives none, and the cloud's own tools' rules hold alone.
  static func read() -> Defaults {
    guard let text = try? InputFile.read(path), let json = try? JSON.parse(text) else { return Defaults() }
    return Defaults(awsProfile: json["aws"]?["profile"]?.string, awsRegion: json["aws"]?["region"]?.string)
  }

  /// Writes the file anew, whole or not at all.
  func write() throws {
    var aws: [String: JSON] = [:]
    if let awsProfile { aws["profile"] = .string(awsProfile) }
    if let awsRegion { aws["region"] = .string(awsRegion) }
    let text = JSON.object(["aws": .object(aws)]).prettyText + "\n"
    let temporary = Self.path + ".new"
    guard let file = fopen(temporary, "w") else {
      throw CommandFailure("\(temporary) cannot be written: \(String(cString: strerror(errno)))", .unavailable)
    }
    let isWritten = fputs(text, file) >= 0
    guard fclose(file) == 0, isWritten, rename(temporary, Self.path) == 0 else {
      throw CommandFailure("\(Self.path) cannot be written: \(String(cString: strerror(errno)))", .unavailable)
    }
  }

  /// The variables with the defaults where they say nothing. Keys in variables make a profile meaningless.
  func applied(to variables: [String: JSON]) -> [String: JSON] {
    var out = variables
    let namesSomebody = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ACCESS_KEY_ID"].contains { variables[$0] != nil }
    if let awsProfile, !namesSomebody { out["AWS_PROFILE"] = .string(awsProfile) }
    if let awsRegion, variables["AWS_REGION"] == nil, variables["AWS_DEFAULT_REGION"] == nil { out["AWS_REGION"] = .string(awsRegion) }
    return out
  }
}
