/// Keys that sign requests to AWS. Their description never shows the secrets.
public struct AWSCredentials: Hashable, Sendable, CustomStringConvertible {
  /// `AKIA...` or `ASIA...`; no secret.
  public var accessKeyID: String
  /// Never shown.
  public var secretAccessKey: String
  /// With temporary credentials.
  public var sessionToken: String?
  /// When they end; nil for ever.
  public var expiration: Timestamp?
  /// Where they come from, for messages: `profile "dev" (/home/a/.aws/credentials:3)`.
  public var source: String

  /// Keys; `source` is shown to people, the keys never are.
  public init(
    accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil, expiration: Timestamp? = nil,
    source: String
  ) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
    self.sessionToken = sessionToken
    self.expiration = expiration
    self.source = source
  }

  /// The access key's id and the source; no secret.
  public var description: String { "\(accessKeyID) from \(source)" }
}

extension AWSCredentials: CustomReflectable {
  /// Hides the secrets from `dump` and the debugger's descriptions.
  public var customMirror: Mirror { Mirror(self, children: ["accessKeyID": accessKeyID, "source": source]) }
}
