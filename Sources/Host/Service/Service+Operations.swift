internal import Engine
internal import Faults
internal import JSON
internal import Store

extension Service {
  /// The longest that a request waits, in milliseconds; a client asks again.
  private static let longestWait: Int64 = 30_000
  /// How long events are collected before they are told, in milliseconds; the end of an operation is told at once.
  private static let moment = 20

  /// `/v1/operations`.
  func operations(_ call: Call) async throws -> ServiceResponse {
    switch (call.method, call.path.count) {
    case ("GET", 2):
      let list = try await engine.read { transaction in
        try transaction.operations().map { Views.operation($0, stack: try transaction.stackName(id: $0.stackID) ?? "") }
      }
      return ServiceResponse(body: .array(list))
    case ("GET", 3):
      let wait = min(try call.integer("wait_ms") ?? 0, Self.longestWait)
      let operation = try await engine.wait(operationID: call.path[2], milliseconds: Int(wait))
      return ServiceResponse(body: try await view(operation))
    case ("GET", 4) where call.path[3] == "events": return try await events(call, operationID: call.path[2])
    case ("POST", 4) where call.path[3] == "cancel":
      try await engine.cancel(operationID: call.path[2])
      let operation = try await engine.wait(operationID: call.path[2], milliseconds: 0)
      return ServiceResponse(status: 202, body: try await view(operation))
    case ("POST", 4) where call.path[3] == "retry":
      let operation = try await engine.retry(operationID: call.path[2], client: call.client, idempotencyKey: call.idempotencyKey)
      return ServiceResponse(status: 202, body: try await view(operation))
    case ("POST", 4) where call.path[3] == "resolve":
      let operation = try await engine.resolve(operationID: call.path[2], resource: try call.text("resource"), try Self.finding(call))
      return ServiceResponse(status: 202, body: try await view(operation))
    default: throw RequestError.notFound("there is no \(call.method) /\(call.path.joined(separator: "/"))")
    }
  }

  /// What a person has found: {"exists": ID} or {"absent": true}, one of them.
  private static func finding(_ call: Call) throws -> Engine.Finding {
    switch (call.body["exists"]?.string, call.body["absent"] == true) {
    case (let id?, false): return .exists(id: id)
    case (nil, true): return .absent
    default: throw RequestError.usage("the body needs either 'exists' with the id of the thing, or 'absent' with true")
    }
  }

  /// The events after a number; waits for the first one when there is none yet.
  func events(_ call: Call, operationID: String?) async throws -> ServiceResponse {
    let after = try call.integer("after") ?? 0
    let wait = min(try call.integer("wait_ms") ?? 0, Self.longestWait)
    var isLast = wait == 0
    while true {
      let (seen, ends) = (engine.eventCount, engine.endCount)
      Faults.reach(.eventBefore)
      defer { Faults.reach(.eventAfter) }
      let (events, operation) = try await engine.read { transaction in
        (
          try transaction.events(after: after, operationID: operationID),
          try operationID.flatMap { try transaction.operation(id: $0) }
        )
      }
      if let operationID, operation == nil {
        throw RequestError.notFound("there is no operation \(operationID): `cld operation list` shows them")
      }
      if !events.isEmpty || isLast || operation.map({ $0.status != .running }) == true {
        return ServiceResponse(body: [
          "events": .array(events.map(Views.event)), "status": operation.map { .string($0.status.rawValue) } ?? .null,
          "reason": operation?.reason.map { .string($0) } ?? .null, "store_problem": engine.storeProblem.map { .string($0) } ?? .null,
        ])
      }
      await engine.waitForEvents(since: seen, milliseconds: Int(wait))
      // What follows within a moment comes along: a request for each commit costs more than the commit.
      await engine.waitForEnd(since: ends, milliseconds: Self.moment)
      isLast = true
    }
  }

  private func view(_ operation: OperationRecord) async throws -> JSON {
    let stack = try await engine.read { try $0.stackName(id: operation.stackID) }
    return Views.operation(operation, stack: stack ?? "")
  }
}
