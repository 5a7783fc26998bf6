public import JSON

/// What the host sends to a driver for one step.
public struct StepRequest: Hashable, Sendable {
  /// create, read, update, delete, list, plan, migrate, logs, `action:NAME`, or one of the expand ops.
  public var op: String
  /// The type that is operated on, such as `AWS::RDS::DBInstance`.
  public var type: String
  /// The id of the operation that the step belongs to.
  public var operation: String
  /// What a `read` is waiting for: create, update, delete, `action:NAME`, refresh; nil elsewhere.
  public var awaiting: String?
  /// The name that the thing has or will have: f(installation, resource, generation).
  public var name: String
  /// The ownership tags, in the same function.
  public var tags: [String: String]
  /// Seconds since 1970: frozen for the operation; current for read and logs.
  public var now: Int64
  /// The wanted properties: references resolved, secrets as expressions.
  public var desired: JSON
  /// Before an update: the properties that were wanted before; else null.
  public var previous: JSON
  /// {id, properties, attributes, state} as recorded.
  public var current: JSON
  /// Arguments of the op: of an action, of logs, of an expansion, `final_snapshot` of a delete.
  public var input: JSON
  /// {region, account, partition, ...}.
  public var config: JSON
  /// What came of the effects of this op so far, in the order in which they were asked for.
  public var history: [HistoryEntry]

  /// A request; what an op does not need stays null.
  public init(
    op: String, type: String, operation: String, awaiting: String? = nil, name: String = "",
    tags: [String: String] = [:], now: Int64, desired: JSON = .null, previous: JSON = .null, current: JSON = .null,
    input: JSON = .null, config: JSON = .null, history: [HistoryEntry] = []
  ) {
    self.op = op
    self.type = type
    self.operation = operation
    self.awaiting = awaiting
    self.name = name
    self.tags = tags
    self.now = now
    self.desired = desired
    self.previous = previous
    self.current = current
    self.input = input
    self.config = config
    self.history = history
  }

  /// The request as it crosses the ABI.
  public var json: JSON {
    var members: [String: JSON] = [
      "op": .string(op), "type": .string(type),
      "operation": ["id": .string(operation), "ordinal": .int(Int64(history.count))],
      "identity": ["name": .string(name), "tags": .object(tags.mapValues { .string($0) })],
      "now": .int(now), "desired": desired, "previous": previous, "current": current, "input": input,
      "config": config, "history": .array(history.map(\.json)),
    ]
    if let awaiting { members["awaiting"] = .string(awaiting) }
    return .object(members)
  }
}

/// What came of one effect of the operation.
public struct HistoryEntry: Hashable, Sendable {
  /// The driver's own digest of the request, echoed.
  public var digest: String
  /// What came of the effect.
  public var outcome: Outcome

  /// What came of it.
  public enum Outcome: Hashable, Sendable {
    /// The cloud answered; body is the selected part, with secrets as handles.
    case result(status: Int, headers: [String: String], body: JSON)
    /// It was sent and nobody knows whether it was executed.
    case lost
  }

  /// An entry of the history.
  public init(digest: String, outcome: Outcome) {
    self.digest = digest
    self.outcome = outcome
  }

  /// The entry as it crosses the ABI.
  public var json: JSON {
    switch outcome {
    case .result(let status, let headers, let body):
      [
        "digest": .string(digest),
        "result": [
          "status": .int(Int64(status)), "headers": .object(headers.mapValues { .string($0) }), "body": body,
        ],
      ]
    case .lost: ["digest": .string(digest), "lost": true]
    }
  }
}
