public import JSON

/// What a driver answers to one step: exactly one of four, plus lines for the log.
public struct StepAnswer: Hashable, Sendable {
  /// Which of the four it is.
  public var outcome: Outcome
  /// Lines for the host's log; no secrets.
  public var log: [String]

  /// An answer.
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
    /// The thing's id in its cloud, nil when it is not known yet. The host refuses one that it has not seen itself.
    public var id: String?
    /// The read-only properties so far; nil leaves what is recorded.
    public var attributes: JSON?
    /// The driver's own, at most 64 KiB, no secrets; nil leaves what is recorded.
    public var state: JSON?

    /// What is known; nil members leave what is recorded.
    public init(id: String? = nil, attributes: JSON? = nil, state: JSON? = nil) {
      self.id = id
      self.attributes = attributes
      self.state = state
    }
  }

  /// An error that the driver reports.
  public struct Failure: Error, Hashable, Sendable {
    /// Decides what the host does next.
    public var code: ErrorCode
    /// One sentence for people.
    public var message: String
    /// The JSON pointer of the property at fault, such as `/Engine`.
    public var property: String?

    /// A failure.
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
  /// How far the thing is.
  public var status: Readiness
  /// The thing's id in its cloud; nil leaves what is recorded.
  public var id: String?
  /// The properties as they are in the cloud.
  public var properties: JSON?
  /// The read-only properties, under the schema's names; nil leaves what is recorded.
  public var attributes: JSON?
  /// The driver's own, at most 64 KiB, no secrets.
  public var state: JSON?
  /// Why it is pending or failed, for people.
  public var reason: String?
  /// When to read again, in milliseconds.
  public var nextMilliseconds: Int?
  /// For expansions: {"Resources", "Outputs", "Exports"}.
  public var fragment: JSON?
  /// For logs: {"lines": [{ts, source, text}], "cursor", "more"}.
  public var lines: [JSON]?
  /// Where the next page of logs or of a list starts; nil at the end.
  public var cursor: String?
  /// Whether another page can be asked for at once.
  public var more: Bool
  /// For lists: [{id, tags}].
  public var items: [JSON]?

  /// A completion; nil members are left out and leave what is recorded.
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
  /// The key of the endpoint in the manifest.
  public var endpoint: String
  /// The name of the call in that endpoint.
  public var call: String
  /// What is sent, with expressions in the place of secrets and tokens.
  public var body: Body
  /// Values of the `{name}` parameters of a REST path.
  public var path: [String: JSON]
  /// Values of the query, before encoding.
  public var query: [String: JSON]
  /// Further headers; the host lets only a few names through (docs/effects.md, "Egress").
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

  /// An effect; a nil `select` keeps the whole answer in history.
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
