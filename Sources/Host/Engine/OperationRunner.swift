internal import Contract
internal import Effects
internal import JSON
internal import Store
internal import Templates

/// Runs one operation to its end, from wherever the store says that it is.
struct OperationRunner {
  let context: EngineContext
  let operation: OperationRecord
  let stack: StackRecord
  let scope: CloudScope
  let graph: Graph
  let template: Template
  /// Through which a person cancels it.
  let handle: OperationHandle

  /// How an operation ended.
  enum Ending {
    case succeeded
    case failed(String)
    case cancelled(String)
    case held(String)
  }

  private var lifecycle: ResourceLifecycle {
    ResourceLifecycle(context: context, stack: stack, operation: operation, scope: scope)
  }

  /// Runs it.
  func run() async throws -> Ending {
    switch operation.kind {
    case .create: try await create()
    case .delete: try await delete(reason: nil, input: operation.input["delete"] ?? [:], isRollback: false)
    case .action: try await act()
    case .refresh: try await refresh()
    }
  }

  // MARK: - Create

  private func create() async throws -> Ending {
    // A host that died between the end of the stack and the end of the operation has done all but say so.
    switch stack.status {
    case .createInProgress: break
    case .createComplete: return .succeeded
    case .rollbackInProgress: return try await rollBack(reason: stack.statusReason ?? "creation failed")
    default:
      let reason = stack.statusReason ?? "creation failed"
      return operation.input["cancelled"] == true ? .cancelled(reason) : .failed(reason)
    }
    let dependencies = graph.dependencies
    let failures = await handle.run {
      await GraphWalk(dependencies: dependencies, onFailure: .cancelRest).run { id in try await create(id) }
    }
    // A cancel that came too late to stop anything is none.
    let unfinished = try await resources().contains { !$0.status.isComplete }
    let isCancelled = handle.isCancelled && unfinished
    if failures.isEmpty && !unfinished {
      let values = try await values(of: Set(template.resources.keys))
      var done = stack
      done.outputs = try .object(template.outputs.mapValues { try $0.evaluated(with: values) })
      done.exports = try .object(template.exports.mapValues { try $0.evaluated(with: values) })
      done.status = .createComplete
      try await save(done, reason: nil)
      return .succeeded
    }
    try rethrowFaults(failures)
    if let held = held(failures) { return held }
    let reason = isCancelled ? "cancelled" : describe(failures)
    for (id, error) in failures where error is CancellationError {
      if let resource = try await resource(id), resource.status == .createInProgress {
        try await lifecycle.fail(resource.id, .createFailed, "creation cancelled")
      }
    }
    if operation.input["on_failure"]?.string == "keep" && !isCancelled {
      var kept = stack
      kept.status = .createFailed
      kept.statusReason = reason
      try await save(kept, reason: reason)
      return .failed(reason)
    }
    var rolling = stack
    rolling.status = .rollbackInProgress
    rolling.statusReason = reason
    try await save(rolling, reason: reason)
    let ending = try await rollBack(reason: reason)
    if case .failed(let text) = ending, isCancelled { return .cancelled(text) }
    return ending
  }

  private func create(_ id: String) async throws {
    guard let record = try await resource(id), !record.status.isComplete, let declared = template.resources[id] else { return }
    let desired: JSON
    do {
      desired = try declared.properties.evaluated(with: try await values(of: declared.properties.references))
    } catch let error as EvaluationError {
      try await lifecycle.fail(record.id, .createFailed, error.description)
      throw Interruption.failure(.badRequest, error.description)
    }
    _ = try await lifecycle.create(record, desired: desired)
  }

  /// Undoes a creation. A final snapshot is never taken here.
  private func rollBack(reason: String) async throws -> Ending {
    let ending = try await delete(reason: reason, input: ["final_snapshot": false], isRollback: true)
    switch ending {
    case .succeeded: return .failed(reason)
    case .failed(let problem): return .failed("\(reason). Rolling back, \(problem)")
    case .cancelled, .held: return ending
    }
  }

  // MARK: - Delete

  private func delete(reason: String?, input: JSON, isRollback: Bool) async throws -> Ending {
    let existing = try await resources().filter { $0.status.mayExist || $0.status == .pending }
    let alive = Set(existing.map(\.logicalID))
    let dependencies = graph.dependents.filter { alive.contains($0.key) }.mapValues { $0.intersection(alive) }
    let byID = Dictionary(existing.map { ($0.logicalID, $0) }, uniquingKeysWith: { first, _ in first })
    let failures = await GraphWalk(dependencies: dependencies, onFailure: .goOn).run { id in
      guard let resource = byID[id] else { return }
      try await delete(resource, input: input, isRollback: isRollback)
    }
    try rethrowFaults(failures)
    if let held = held(failures) { return held }
    var done = stack
    done.statusReason = reason
    guard failures.isEmpty else {
      let left = try await resources().filter(\.status.mayExist).map { "\($0.logicalID) (\($0.physicalID ?? $0.name))" }
      let problem = "could not delete: \(describe(failures)); still there: \(left.joined(separator: ", "))"
      done.status = isRollback ? .rollbackFailed : .deleteFailed
      done.statusReason = [reason, problem].compactMap { $0 }.joined(separator: ". ")
      try await save(done, reason: done.statusReason)
      return .failed(problem)
    }
    let removes = !isRollback || operation.input["on_failure"]?.string == "delete"
    done.status = isRollback && !removes ? .rollbackComplete : .deleteComplete
    if removes { done.deletedAt = context.clock.seconds }
    try await save(done, reason: reason, forgetSecrets: true)
    return .succeeded
  }

  /// Deletes one resource, again with back-off when the cloud says no: what is in the way may be going.
  private func delete(_ record: ResourceRecord, input: JSON, isRollback: Bool) async throws {
    let keep = !isRollback && template.resources[record.logicalID]?.deletionPolicy == .retain
    var attempt = 0
    while true {
      guard let current = try await resource(record.logicalID) else { return }
      do {
        return try await lifecycle.delete(current, input: input, keep: keep)
      } catch let interruption as Interruption {
        attempt += 1
        guard case .failed = interruption, attempt < 3 else { throw interruption }
        try await context.timer.sleep(milliseconds: 1000 << attempt)
      }
    }
  }

  // MARK: - Actions

  private func act() async throws -> Ending {
    guard let action = operation.input["action"]?.string, let id = operation.input["resource"]?.string,
      let record = try await context.store.read({ try $0.resource(id: id) })
    else { return .failed("the resource is gone") }
    do {
      try await lifecycle.act(record, action: action, input: operation.input["input"] ?? [:])
      return .succeeded
    } catch let interruption as Interruption {
      if case .held(let reason) = interruption { return .held(reason) }
      return .failed("\(record.logicalID): \(interruption)")
    }
  }

  private func refresh() async throws -> Ending {
    let only = operation.input["resource"]?.string
    for record in try await resources() where record.status.isComplete && (only == nil || only == record.id) {
      do {
        try await lifecycle.refresh(record)
      } catch let interruption as Interruption {
        if case .held(let reason) = interruption { return .held(reason) }
        return .failed("\(record.logicalID): \(interruption)")
      }
    }
    return .succeeded
  }

  // MARK: - The store

  private func resources() async throws -> [ResourceRecord] {
    let id = stack.id
    return try await context.store.read { try $0.resources(of: id) }
  }

  private func resource(_ logicalID: String) async throws -> ResourceRecord? {
    let id = stack.id
    return try await context.store.read { try $0.resource(stackID: id, logicalID: logicalID) }
  }

  private func values(of ids: Set<String>) async throws -> Values {
    let id = stack.id
    let complete = try await context.store.read { transaction in
      try ids.compactMap { try transaction.resource(stackID: id, logicalID: $0) }.filter(\.status.isComplete)
    }
    return Values(
      resources: Dictionary(
        complete.map {
          ($0.logicalID, Values.Resource(physicalID: $0.physicalID ?? $0.name, attributes: $0.attributes, properties: $0.desired))
        }, uniquingKeysWith: { first, _ in first }),
      pseudo: [
        "AWS::Region": scope.region, "AWS::AccountId": scope.account, "AWS::Partition": scope.partition,
        "AWS::StackName": stack.name, "AWS::StackId": stack.id, "AWS::URLSuffix": "amazonaws.com",
      ])
  }

  private func save(_ stack: StackRecord, reason: String?, forgetSecrets: Bool = false) async throws {
    let operation = operation
    var stack = stack
    stack.statusReason = stack.statusReason.map(Redactor.shared.redact)
    let (stored, reason) = (stack, reason.map(Redactor.shared.redact))
    let event = EventRecord(
      ts: context.clock.milliseconds(), stackID: stack.id, operationID: operation.id, logicalID: stack.name,
      type: "Cld::Stack", physicalID: stack.id, status: stack.status.rawValue, reason: reason)
    try await context.store.write { transaction in
      try transaction.require(epoch: operation.epoch, of: operation.id)
      try transaction.update(stored)
      try transaction.append(event)
      if forgetSecrets { try transaction.deleteSecrets(of: stored.id) }
    }
    context.events.notify()
  }

  /// A fault of the store says nothing of the cloud: the operation stays open, and nothing is undone for it.
  private func rethrowFaults(_ failures: [String: any Error]) throws {
    for error in failures.values where !(error is Interruption) && !(error is CancellationError) { throw error }
  }

  private func held(_ failures: [String: any Error]) -> Ending? {
    let interruptions = failures.values.compactMap { $0 as? Interruption }
    for case .failed in interruptions { return nil }
    for case .held(let reason) in interruptions { return .held(reason) }
    return nil
  }

  /// The failures that are causes, not consequences, one sentence each.
  private func describe(_ failures: [String: any Error]) -> String {
    failures.filter { !($0.value is CancellationError) }.sorted { $0.key < $1.key }
      .map { "\($0.key): \($0.value)" }.joined(separator: "; ")
  }
}
