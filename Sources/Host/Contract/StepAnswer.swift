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
  public var status: Readiness { get { fields.value.status } set { fields.value.status = newValue } }
  /// The thing's id in its cloud; nil leaves what is recorded.
  public var id: String? { get { fields.value.id } set { fields.value.id = newValue } }
  /// The properties as they are in the cloud.
  public var properties: JSON? { get { fields.value.properties } set { fields.value.properties = newValue } }
  /// The read-only properties, under the schema's names; nil leaves what is recorded.
  public var attributes: JSON? { get { fields.value.attributes } set { fields.value.attributes = newValue } }
  /// The driver's own, at most 64 KiB, no secrets.
  public var state: JSON? { get { fields.value.state } set { fields.value.state = newValue } }
  /// Why it is pending or failed, for people.
  public var reason: String? { get { fields.value.reason } set { fields.value.reason = newValue } }
  /// When to read again, in milliseconds.
  public var nextMilliseconds: Int? { get { fields.value.nextMilliseconds } set { fields.value.nextMilliseconds = newValue } }
  /// For expansions: {"Resources", "Outputs", "Exports"}.
  public var fragment: JSON? { get { fields.value.fragment } set { fields.value.fragment = newValue } }
  /// For logs: {"lines": [{ts, source, text}], "cursor", "more"}.
  public var lines: [JSON]? { get { fields.value.lines } set { fields.value.lines = newValue } }
  /// Where the next page of logs or of a list starts; nil at the end.
  public var cursor: String? { get { fields.value.cursor } set { fields.value.cursor = newValue } }
  /// Whether another page can be asked for at once.
  public var more: Bool { get { fields.value.more } set { fields.value.more = newValue } }
  /// For lists: [{id, tags}].
  public var items: [JSON]? { get { fields.value.items } set { fields.value.items = newValue } }

  /// What it holds, kept once however many tasks wait with it (`Shared`).
  private struct Fields: Sendable, Hashable {
    var status: Readiness
    var id: String?
    var properties: JSON?
    var attributes: JSON?
    var state: JSON?
    var reason: String?
    var nextMilliseconds: Int?
    var fragment: JSON?
    var lines: [JSON]?
    var cursor: String?
    var more: Bool
    var items: [JSON]?
  }

  private var fields: Shared<Fields>

  /// A completion; nil members are left out and leave what is recorded.
  public init(
    status: Readiness, id: String? = nil, properties: JSON? = nil, attributes: JSON? = nil, state: JSON? = nil,
    reason: String? = nil, nextMilliseconds: Int? = nil, fragment: JSON? = nil, lines: [JSON]? = nil,
    cursor: String? = nil, more: Bool = false, items: [JSON]? = nil
  ) {
    fields = Shared(
      Fields(
        status: status, id: id, properties: properties, attributes: attributes, state: state, reason: reason,
        nextMilliseconds: nextMilliseconds, fragment: fragment, lines: lines, cursor: cursor, more: more, items: items))
  }
}

/// An effect that a driver asks for: a call of the manifest with its arguments. Bodies may hold expressions
/// (`$secret`, `$concat`, `$base64`, `$base64decode`, `$split`, `$urlencode`, `$token`).
public struct EffectRequest: Hashable, Sendable {
  /// The key of the endpoint in the manifest.
  public var endpoint: String { get { fields.value.endpoint } set { fields.value.endpoint = newValue } }
  /// The name of the call in that endpoint.
  public var call: String { get { fields.value.call } set { fields.value.call = newValue } }
  /// What is sent, with expressions in the place of secrets and tokens.
  public var body: Body { get { fields.value.body } set { fields.value.body = newValue } }
  /// Values of the `{name}` parameters of a REST path.
  public var path: [String: JSON] { get { fields.value.path } set { fields.value.path = newValue } }
  /// Values of the query, before encoding.
  public var query: [String: JSON] { get { fields.value.query } set { fields.value.query = newValue } }
  /// Further headers; the host lets only a few names through (docs/effects.md, "Egress").
  public var headers: [String: JSON] { get { fields.value.headers } set { fields.value.headers = newValue } }
  /// The paths of the answer that enter history; nil for all of it.
  public var select: [JSONPointer]? { get { fields.value.select } set { fields.value.select = newValue } }
  /// The driver's own digest of the request, at most 64 characters; echoed in history.
  public var digest: String { get { fields.value.digest } set { fields.value.digest = newValue } }

  /// A structured body.
  public enum Body: Hashable, Sendable {
    case none
    case json(JSON)
    /// Name and value of each field; values are scalars or expressions.
    case form([String: JSON])
    case text(JSON)
  }

  /// What it holds, kept once however many tasks wait with it (`Shared`).
  private struct Fields: Sendable, Hashable {
    var endpoint: String
    var call: String
    var body: Body
    var path: [String: JSON]
    var query: [String: JSON]
    var headers: [String: JSON]
    var select: [JSONPointer]?
    var digest: String
  }

  private var fields: Shared<Fields>

  /// An effect; a nil `select` keeps the whole answer in history.
  public init(
    endpoint: String, call: String, body: Body = .none, path: [String: JSON] = [:], query: [String: JSON] = [:],
    headers: [String: JSON] = [:], select: [JSONPointer]? = nil, digest: String = ""
  ) {
    fields = Shared(
      Fields(
        endpoint: endpoint, call: call, body: body, path: path, query: query, headers: headers, select: select, digest: digest))
  }
}
