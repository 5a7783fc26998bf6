public import JSON

/// A service that a plugin may call: the manifest's entry in `endpoints`. Effects name its key and a call's name;
/// nothing else leaves the host.
public struct Endpoint: Hashable, Sendable {
  /// How the host proves who it is.
  public enum Authentication: Hashable, Sendable {
    /// AWS Signature Version 4 with this signing name; `region` fixes the signing region of a global service.
    case awsSigV4(service: String, region: String?)
    /// Nothing.
    case none
  }

  /// How requests are written and answers are read.
  public enum WireFormat: Hashable, Sendable {
    /// AWS query: a form with Action and Version, XML back.
    case awsQuery(version: String)
    /// AWS JSON: `X-Amz-Target: PREFIX.CALL`, JSON both ways. `version` is 1.0 or 1.1.
    case awsJSON(targetPrefix: String, version: String)
    /// Method and path, JSON or text.
    case rest
  }

  /// The URL with `{region}`, `{account}` and `{partitionSuffix}` to be filled in, such as
  /// `https://rds.{region}.{partitionSuffix}`.
  public var url: String
  /// How the host proves who it is.
  public var authentication: Authentication
  /// How requests are written and answers are read.
  public var wireFormat: WireFormat
  /// Variables of the client's environment whose value replaces the URL; the first that is set wins.
  public var overrides: [String]
  /// The calls, by name. A call that is not here is refused.
  public var calls: [String: Call]

  /// An endpoint of a manifest; nothing is checked here (`EndpointParser` does).
  public init(
    url: String, authentication: Authentication, wireFormat: WireFormat, overrides: [String], calls: [String: Call]
  ) {
    self.url = url
    self.authentication = authentication
    self.wireFormat = wireFormat
    self.overrides = overrides
    self.calls = calls
  }
}

/// One call of an endpoint and what the host must know of it.
public struct Call: Hashable, Sendable {
  /// What may be done when nobody knows whether the call was executed.
  public enum Repeat: String, Hashable, Sendable, CaseIterable {
    /// Send the same bytes again: they have no second effect, or the cloud answers that the thing exists.
    case safe
    /// Tell the driver that the reply is lost; it looks before it asks again.
    case check
    /// Hold the operation for a person.
    case unsafe
  }

  /// Whether the call changes anything in the cloud.
  public var mutates: Bool
  /// What may be done when nobody knows whether the call was executed.
  public var repeating: Repeat
  /// The paths of the answer (wildcards allowed) that are secret; lifted out before the driver sees it.
  public var secrets: [JSONPointer]
  /// The IAM actions that the call needs.
  public var iam: [String]
  /// Method and path (with `{name}` parameters) for `rest`; nil for the others.
  public var rest: RESTMatch?

  /// A call; `check` is the cautious default when the manifest does not say `repeat`.
  public init(
    mutates: Bool, repeating: Repeat = .check, secrets: [JSONPointer] = [], iam: [String] = [], rest: RESTMatch? = nil
  ) {
    self.mutates = mutates
    self.repeating = repeating
    self.secrets = secrets
    self.iam = iam
    self.rest = rest
  }

  /// Method and path of a REST call.
  public struct RESTMatch: Hashable, Sendable {
    /// GET, POST, PUT, PATCH or DELETE.
    public var method: String
    /// The path with `{name}` parameters, each percent-encoded whole by the host.
    public var path: String

    /// A call; `check` is the cautious default when the manifest does not say `repeat`.
    public init(method: String, path: String) {
      self.method = method
      self.path = path
    }
  }
}
