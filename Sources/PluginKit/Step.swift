public import JSON

/// One step of one operation, as a handler sees it.
///
/// A handler is run from its start at every step. Each `call` returns the recorded result when the host has one, and
/// otherwise ends the step with the effect as the answer. So a handler must be a pure function of the step: no clock but
/// `now`, no randomness, no state of its own. Catching the kit's suspension (`try?`, a broad `catch`) does not stop it: the
/// step has its answer already, and whatever the handler returns afterwards is dropped.
public final class Step {
  /// The operation: create, read, update, delete, `action:NAME`, list, logs or one of the expand ops.
  public let op: String
  /// The type that is operated on.
  public let type: String
  /// For a `read`: what the host is waiting for (create, update, delete, `action:NAME`, refresh).
  public let awaiting: String?
  /// The name that the thing has or is to have.
  public let name: String
  /// The tags that show that a thing is ours.
  public let tags: [String: String]
  /// Seconds since 1970.
  public let now: Int64
  /// The properties that are wanted.
  public let desired: JSON
  /// Before an update: the properties as they were wanted before.
  public let previous: JSON
  /// What is recorded of the thing.
  public let current: Current
  /// Arguments of the operation.
  public let input: JSON
  /// {region, account, partition, ...}.
  public let config: JSON

  /// What is recorded of a thing.
  public struct Current: Sendable {
    /// Its id in the cloud, nil when it is not known: find it by name or tags.
    public let id: String?
    /// The properties as the cloud reported them last, null before.
    public let properties: JSON
    /// The read-only properties, null before the cloud has answered.
    public let attributes: JSON
    /// The driver's own.
    public let state: JSON
  }

  private let history: [JSON]
  private var next = 0
  private var known: [String: JSON] = [:]
  private var log: [String] = []
  /// The answer that ended the step; set once.
  private(set) var suspended: JSON?

  init?(request: JSON) {
    guard let op = request["op"]?.string, let type = request["type"]?.string else { return nil }
    self.op = op
    self.type = type
    awaiting = request["awaiting"]?.string
    name = request["identity"]?["name"]?.string ?? ""
    tags = (request["identity"]?["tags"]?.object ?? [:]).compactMapValues(\.string)
    now = request["now"]?.int ?? 0
    desired = request["desired"] ?? .null
    previous = request["previous"] ?? .null
    let current = request["current"] ?? .null
    self.current = Current(
      id: current["id"]?.string, properties: current["properties"] ?? .null,
      attributes: current["attributes"] ?? .null, state: current["state"] ?? .null)
    input = request["input"] ?? .null
    config = request["config"] ?? .null
    history = request["history"]?.array ?? []
  }

  /// Does the effect and gives the cloud's answer, whatever its status is.
  /// - Throws: the kit's suspension when there is no result yet; `Failure` when the reply of the effect is lost.
  public func call(_ effect: Effect) throws -> Reply {
    guard let reply = try callOrLost(effect) else {
      throw Failure(.internal, "the reply to \(effect.endpoint) \(effect.call) is lost and the driver does not look for what became of it")
    }
    return reply
  }

  /// Does the effect and gives the cloud's answer, or nil when it was sent and nobody knows what became of it: look for the thing,
  /// and ask again with the same token only if it is not there.
  public func callOrLost(_ effect: Effect) throws -> Reply? {
    if suspended != nil { throw Suspension() }
    let digest = effect.digest
    guard next < history.count else {
      var answer: [String: JSON] = known
      answer["effect"] = effect.json(digest: digest)
      throw suspend(.object(answer))
    }
    let entry = history[next]
    guard entry["digest"]?.string == digest else {
      throw suspend(["retry": ["after_ms": 0, "from_start": true, "reason": "the driver changed while the operation ran"]])
    }
    next += 1
    if entry["lost"]?.bool == true { return nil }
    return Reply(entry["result"] ?? .null)
  }

  /// What to throw to be called again later without the last result: the way to wait for eventual consistency.
  public func retry(afterMilliseconds: Int, _ reason: String) -> any Error {
    suspend(["retry": ["after_ms": .int(Int64(afterMilliseconds)), "reason": .string(reason)]])
  }

  /// Says what is known of the thing so far. The host commits it before the next effect leaves.
  public func report(id: String? = nil, attributes: JSON? = nil, state: JSON? = nil) {
    if let id { known["id"] = .string(id) }
    if let attributes { known["attributes"] = attributes }
    if let state { known["state"] = state }
  }

  /// The client token of an effect: the same key gives the same token for every retry within the operation.
  public func token(_ key: String) -> JSON { ["$token": .string(key)] }

  /// Adds a line to the operation's log. No secrets.
  public func note(_ line: String) { log.append(line) }

  private func suspend(_ answer: JSON) -> Suspension {
    if suspended == nil { suspended = answer }
    return Suspension()
  }

  func withLog(_ answer: JSON) -> JSON {
    guard !log.isEmpty else { return answer }
    var answer = answer
    answer["log"] = .array(log.map { .string($0) })
    return answer
  }
}

/// Ends the handler; `Step.suspended` is the answer.
struct Suspension: Error {}
