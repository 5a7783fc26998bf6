/// The environment of the client whose request is carried out: its variables, sent with the request.
/// The host's own environment is never read.
public struct ClientEnvironment: Hashable, Sendable {
  /// As the client has them.
  public var variables: [String: String]

  /// The variables of one client, by name.
  public init(variables: [String: String]) { self.variables = variables }

  /// A variable; nil also when it is empty.
  public subscript(_ name: String) -> String? {
    guard let value = variables[name], !value.isEmpty else { return nil }
    return value
  }

  /// Whether a variable says true, in any case.
  public func isTrue(_ name: String) -> Bool { self[name]?.lowercased() == "true" }

  /// The profile that is meant and the variable that names it; `default` and nil when none does. When both are set,
  /// AWS_DEFAULT_PROFILE wins, as with botocore and so with the AWS CLI.
  public var profile: (name: String, from: String?) {
    for name in ["AWS_DEFAULT_PROFILE", "AWS_PROFILE"] {
      if let value = self[name] { return (value, name) }
    }
    return ("default", nil)
  }

  /// A path with a leading `~` replaced by the client's home.
  func expanding(_ path: String) -> String {
    guard path == "~" || path.hasPrefix("~/"), let home = self["HOME"] else { return path }
    return home + path.dropFirst()
  }

  /// The shared config file.
  public var configPath: String { expanding(self["AWS_CONFIG_FILE"] ?? "~/.aws/config") }
  /// The shared credentials file.
  public var credentialsPath: String { expanding(self["AWS_SHARED_CREDENTIALS_FILE"] ?? "~/.aws/credentials") }
}
