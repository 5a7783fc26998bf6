internal import Contract
internal import Effects
internal import JSON
internal import Logging
public import Store

extension Engine {
  /// What a person has found in the account where nobody else can know.
  public enum Finding: Sendable, Hashable {
    /// The thing is there and has this id; for an update or an action: what was asked for has been done to it.
    case exists(id: String)
    /// The thing is not there; for an update or an action: what was asked for has not been done.
    case absent
  }

  /// Takes over what a person has found out about a request that may have been executed and must not be repeated, and goes on.
  /// - Parameter name: the logical id or the id of the resource that the operation waits for.
  public func resolve(operationID: String, resource name: String, _ finding: Finding) async throws -> OperationRecord {
    let deadline = context.clock.milliseconds() + Self.standstill
    while true {
      let operation = try await standing(operationID, until: deadline)
      let undecided = try await self.undecided(in: operation)
      guard let waiting = undecided.first(where: { $0.resource.logicalID == name || $0.resource.id == name }) else {
        throw try await notWaiting(operation, name, undecided)
      }
      let resolved = try resolved(waiting, finding)
      if case .exists(let id) = finding { try await requireUnrecorded(id, waiting.resource) }
      let event = EventRecord(
        ts: context.clock.milliseconds(), stackID: resolved.stackID, operationID: waiting.effect.operationID, logicalID: resolved.logicalID,
        type: resolved.type, physicalID: resolved.physicalID, status: "RESOLVED", reason: Self.sentence(waiting, finding))
      let dropsAll = waiting.wasExecuted(finding)
      do {
        try await context.store.write { transaction in
          // Nobody may have taken it up since it was looked at: what is open then may be on its way.
          try transaction.require(epoch: operation.epoch, of: operation.id)
          var dropped = waiting.effect
          dropped.status = .dropped
          dropped.result = dropsAll ? ["resolved": "executed"] : EffectRecord.unsent
          try transaction.put(dropped)
          if dropsAll {
            for var earlier in try transaction.effects(
              operationID: dropped.operationID, resourceID: dropped.resourceID, op: dropped.op)
            {
              earlier.status = .dropped
              try transaction.put(earlier)
            }
          }
          try transaction.update(resolved)
          try transaction.append(event)
        }
      } catch is LostEpochError {
        continue
      }
      context.log.notice("operation \(operation.id): \(resolved.logicalID): \(event.reason ?? "")")
      context.events.notify()
      return try await goOn(operation.id)
    }
  }

  // MARK: - Parts

  /// How long a command waits for an operation that is being tried to be held again, in milliseconds.
  private static let standstill: Int64 = 10_000

  /// The operation with that id, or the outer one of a nested stack's, as soon as this host does nothing with it.
  func standing(_ operationID: String, until deadline: Int64) async throws -> OperationRecord {
    while true {
      let seen = context.events.count
      let found: OperationRecord? = try await context.store.read { transaction in
        var operation = try transaction.operation(id: operationID)
        while let parent = operation?.parentID { operation = try transaction.operation(id: parent) }
        return operation
      }
      guard let operation = found else { throw RequestError.notFound("there is no operation \(operationID): `cld operation list` shows them") }
      guard !operation.status.isFinal else {
        throw RequestError.conflict("operation \(operation.id) has ended: \(operation.status.rawValue); nothing of it waits for a decision")
      }
      if !isUnderWay(operation.id) { return operation }
      let left = Int(deadline - context.clock.milliseconds())
      guard left > 0 else {
        throw RequestError.conflict("operation \(operation.id) is running: it waits for nobody; follow it with `cld operation wait \(operation.id)`")
      }
      await context.waitForEvents(since: seen, milliseconds: left)
    }
  }

  /// What waits for a person in an operation, and in the nested stacks within it.
  func undecided(in operation: OperationRecord) async throws -> [Undecided] {
    let open: [Undecided] = try await context.store.read { transaction in
      let stacks = [operation.stackID] + (try transaction.stacksNested(in: operation.id))
      return try stacks.flatMap { stackID -> [Undecided] in
        let ids = try transaction.resourcesWithOpenIntents(stackID: stackID)
        return try ids.sorted().compactMap { id -> Undecided? in
          guard let resource = try transaction.resource(id: id), let effect = try transaction.openIntents(resourceID: id).first else { return nil }
          return Undecided(resource: resource, effect: effect)
        }
      }
    }
    var out: [Undecided] = []
    for candidate in open {
      guard let provider = await context.drivers.provider(ofType: candidate.resource.type, boundTo: candidate.resource.plugin),
        let request = try? EffectRequest(json: candidate.effect.request), provider.cannotDecide(request)
      else { continue }
      out.append(candidate)
    }
    return out
  }

  private func notWaiting(_ operation: OperationRecord, _ name: String, _ undecided: [Undecided]) async throws -> RequestError {
    if !undecided.isEmpty {
      let names = undecided.map(\.resource.logicalID).joined(separator: ", ")
      return .conflict("\(name) does not wait for a decision; of operation \(operation.id) these do: \(names)")
    }
    let reason = operation.reason.map { ": \($0)" } ?? ""
    return .conflict(
      "no request of operation \(operation.id) waits for a decision: it is \(operation.status.rawValue)\(reason); `cld operation retry \(operation.id)` tries a held one at once")
  }

  /// Two records of one thing would each believe that it is theirs.
  private func requireUnrecorded(_ id: String, _ resource: ResourceRecord) async throws {
    let other = try await context.store.read { try $0.resources(physicalID: id, type: resource.type) }
      .first { $0.id != resource.id && $0.status.mayExist }
    guard let other else { return }
    let stack = try await context.store.read { try $0.stack(id: other.stackID)?.name } ?? other.stackID
    throw RequestError.conflict("'\(id)' is \(other.logicalID) of \(stack) already; look for another one, or say --absent")
  }

  private func resolved(_ waiting: Undecided, _ finding: Finding) throws -> ResourceRecord {
    var resource = waiting.resource
    resource.updatedAt = context.clock.seconds
    if case .exists(let id) = finding {
      guard !id.isEmpty else { throw RequestError.usage("--exists needs the id of the thing in its cloud") }
      if let recorded = resource.physicalID, recorded != id {
        throw RequestError.usage("\(resource.logicalID) is '\(recorded)', and not '\(id)': give that id if \(waiting.call) was executed, or --absent")
      }
      resource.physicalID = id
    }
    // A delete that has begun since asks for itself; only what the status names can be accepted.
    if waiting.wasExecuted(finding), waiting.isOfStatus { resource.accepted = true }
    return resource
  }

  private static func sentence(_ waiting: Undecided, _ finding: Finding) -> String {
    let found =
      switch finding {
      case .exists(let id): "somebody has looked into the account and found '\(id)'"
      case .absent: "somebody has looked into the account and did not find it"
      }
    return "\(found): \(waiting.call) \(waiting.wasExecuted(finding) ? "was executed" : "was not executed and is sent again where it is still wanted")"
  }
}

extension Undecided {
  /// Whether the finding says that the request was executed: a delete has been when nothing is there.
  func wasExecuted(_ finding: Engine.Finding) -> Bool { (finding == .absent) == (effect.op == "delete") }

  /// Whether what the resource's status names is what the effect belongs to.
  var isOfStatus: Bool {
    switch effect.op {
    case "create": resource.status == resource.making.inProgress
    case "delete": resource.status == .deleteInProgress
    default: resource.status == .updateInProgress
    }
  }
}
