public import JSON

/// What a driver answers to one step: exactly one of four, plus lines for the log.
public struct StepAnswer: Hashable, Sendable {
  public var outcome: Outcome
  public var log: [String]

  public init(_ outcome: Outcome, log: [String] = []) {
    self.outcome = outcome
    self.log = log
  }

  /// The four answers.
  public enum Outcome: Hashable, Sendable {
    /// Do this and call again.
    case effect(EffectRequest, known: Known)
    /// Drop the last result and call again after that time. `fromStart` drops all results.
    case retry(afterMilliseconds: Int, reason: String, fromStart: Bool)
    /// The operation ends.
    case done(Completion)
    /// The attempt ends with an error.
    case fail(Failure)
  }

  /// What is known of the thing so far; committed before the effect leaves.
  public struct Known: Hashable, Sendable {
    public var id: String?
    public var attributes: JSON?
    public var state: JSON?

    public init(id: String? = nil, attributes: JSON? = nil, state: JSON? = nil) {
      self.id = id
      self.attributes = attributes
      self.state = state
    }
  }

  /// An error that the driver reports.
  public struct Failure: Error, Hashable, Sendable {
    public var code: ErrorCode
    public var message: String
    public var property: String?

    public init(code: ErrorCode, message: String, property: String? = nil) {
      self.code = code
      self.message = message
      self.property = property
    }
  }
}

/// How far a thing is.
public enum Readiness: String, Hashable, Sendable, CaseIterable {
  case ready, pending, failed, absent
}

/// The `done` answer.
public struct Completion: Hashable, Sendable {
  public var status: Readiness
  public var id: String?
  /// The properties as they are in the cloud.
  public var properties: JSON?
  public var attributes: JSON?
  /// The driver's own, at most 64 KiB, no secrets.
  public var state: JSON?
  public var reason: String?
  /// When to read again, in milliseconds.
  public var nextMilliseconds: Int?
  /// For expansions: {"Resources", "Outputs", "Exports"}.
  public var fragment: JSON?
  /// For logs: {"lines": [{ts, source, text}], "cursor", "more"}.
  public var lines: [JSON]?
  public var cursor: String?
  public var more: Bool
  /// For lists: [{id, tags}].
  public var items: [JSON]?

  public init(
    status: Readiness, id: String? = nil, properties: JSON? = nil, attributes: JSON? = nil, state: JSON? = nil,
    reason: String? = nil, nextMilliseconds: Int? = nil, fragment: JSON? = nil, lines: [JSON]? = nil,
    cursor: String? = nil, more: Bool = false, items: [JSON]? = nil
  ) {
    self.status = status
    self.id = id
    self.properties = properties
    self.attributes = attributes
    self.state = state
    self.reason = reason
    self.nextMilliseconds = nextMilliseconds
    self.fragment = fragment
    self.lines = lines
    self.cursor = cursor
    self.more = more
    self.items = items
  }
}

/// An effect that a driver asks for: a call of the manifest with its arguments. Bodies may hold expressions
/// (`$secret`, `$concat`, `$base64`, `$base64decode`, `$split`, `$urlencode`, `$token`).
public struct EffectRequest: Hashable, Sendable {
  public var endpoint: String
  public var call: String
  public var body: Body
  /// Values of the `{name}` parameters of a REST path.
  public var path: [String: JSON]
  public var query: [String: JSON]
  public var headers: [String: JSON]
  /// The paths of the answer that enter history; nil for all of it.
  public var select: [JSONPointer]?
  /// The driver's own digest of the request, at most 64 characters; echoed in history.
  public var digest: String

  /// A structured body.
  public enum Body: Hashable, Sendable {
    case none
    case json(JSON)
    /// Name and value of each field; values are scalars or expressions.
    case form([String: JSON])
    case text(JSON)
  }

  public init(
    endpoint: String, call: String, body: Body = .none, path: [String: JSON] = [:], query: [String: JSON] = [:],
    headers: [String: JSON] = [:], select: [JSONPointer]? = nil, digest: String = ""
  ) {
    self.endpoint = endpoint
    self.call = call
    self.body = body
    self.path = path
    self.query = query
    self.headers = headers
    self.select = select
    self.digest = digest
  }
}
