/// Why there are no credentials or no region. Facts; the words are made in `description`, each with what to do.
public enum CredentialError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Nothing anywhere; `searched` says where.
  case none(profile: String, searched: [String])
  case noSuchProfile(name: String, from: String, files: [String])
  case unreadableFile(path: String, reason: String)
  case syntax(path: String, line: Int, problem: String)
  /// One key without the other; `place` is a variable, or a file and line.
  case partialKeys(place: String, missing: String)
  case mfa(profile: String, place: String)
  case loop(profiles: [String], place: String)
  case conflictingSources(profile: String, place: String)
  case noSource(profile: String, place: String)
  case unknownSource(value: String, place: String)
  case missingSetting(name: String, of: String, place: String)
  case noSSOToken(profile: String, path: String)
  case ssoTokenExpired(profile: String)
  case process(place: String, problem: String)
  case forbiddenContainerHost(host: String, variable: String)
  /// A service that gives credentials could not be asked or refused.
  case service(what: String, problem: String)
  /// A service that gives credentials did not answer, or only with server errors; it may in a while.
  case unreachable(what: String, problem: String)
  case noRegion(profile: String)

  /// Whether trying again later may help without anybody changing anything.
  public var isTransient: Bool {
    if case .unreachable = self { true } else { false }
  }

  /// What is wrong with which credentials, and what to do, in one sentence.
  public var description: String {
    switch self {
    case .none(let profile, let searched):
      "no credentials found for profile \"\(profile)\" (looked in \(searched.joined(separator: ", "))): "
        + "run `aws configure` or set AWS_PROFILE"
    case .noSuchProfile(let name, let from, let files):
      "the profile \"\(name)\" (from \(from)) is in none of \(files.joined(separator: ", ")): "
        + "correct the name, or run `aws configure --profile \(name)`"
    case .unreadableFile(let path, let reason): "\(path) cannot be read: \(reason)"
    case .syntax(let path, let line, let problem): "\(path):\(line): \(problem)"
    case .partialKeys(let place, let missing): "\(place) is set without \(missing): set both or none"
    case .mfa(let profile, let place):
      "the profile \"\(profile)\" asks for an MFA code (\(place)), which cannot be entered here: "
        + "get a session with `aws sts get-session-token` and use that"
    case .loop(let profiles, let place):
      "source_profile leads in a circle (\(profiles.joined(separator: " -> ")), \(place)): correct one of them"
    case .conflictingSources(let profile, let place):
      "the profile \"\(profile)\" (\(place)) has both source_profile and credential_source: remove one"
    case .noSource(let profile, let place):
      "the profile \"\(profile)\" (\(place)) has a role_arn and neither source_profile nor credential_source: add one"
    case .unknownSource(let value, let place):
      "credential_source is \"\(value)\" (\(place)): use Environment, EcsContainer or Ec2InstanceMetadata"
    case .missingSetting(let name, let of, let place): "\(of) (\(place)) has no \(name): add it"
    case .noSSOToken(let profile, let path):
      "nobody is signed in for the profile \"\(profile)\" (no token at \(path)): run `aws sso login --profile \(profile)`"
    case .ssoTokenExpired(let profile):
      "the sign-in of the profile \"\(profile)\" has ended: run `aws sso login --profile \(profile)`"
    case .process(let place, let problem): "the credential_process (\(place)) \(problem): run it by hand to see why"
    case .forbiddenContainerHost(let host, let variable):
      "\(variable) names \(host); over plain http only loopback and the container services' own addresses are allowed"
    case .service(let what, let problem): "\(what): \(problem)"
    case .unreachable(let what, let problem): "\(what) cannot be reached: \(problem)"
    case .noRegion(let profile):
      "no region: set AWS_REGION, or run `aws configure set region REGION --profile \(profile)`"
    }
  }
}
