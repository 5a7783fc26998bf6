internal import Contract
internal import JSON
internal import Store
internal import Templates

extension OperationRunner {
  /// Changes the stack to its new template, or undoes that: the stack's status says how far it is.
  func update() async throws -> Ending {
    guard let input = UpdateInput(operation) else { throw CorruptRecordError(description: "operations: \(operation.id) has no update") }
    switch stack.status {
    case .updateInProgress: return try await moveForward(input)
    case .updateCleanupInProgress: return try await cleanUp(stack, input)
    case .updateRollbackInProgress: return try await rollBackUpdate(stack, input)
    case .updateRollbackCleanupInProgress: return try await cleanUpRollback(stack, input)
    case .updateComplete: return .succeeded
    default:
      let reason = stack.statusReason ?? "the update failed"
      return operation.isToBeCancelled ? .cancelled(reason) : .failed(reason)
    }
  }

  private func moveForward(_ input: UpdateInput) async throws -> Ending {
    let dependencies = graph.dependencies
    let walked = await handle.run {
      await GraphWalk(dependencies: dependencies, onFailure: .cancelRest).run { id in try await update(id) }
    }
    let failures = try await withoutNeedlessWaits(walked)
    let isCancelled = handle.isCancelled
    var reason = isCancelled ? "cancelled" : describe(failures)
    if failures.isEmpty && !isCancelled {
      do {
        let done = try await finishUpdate(input)
        // The clean-up of a nested stack waits until the outer one has got through.
        return operation.parentID == nil ? try await cleanUp(done, input) : .succeeded
      } catch let error as EvaluationError {
        reason = "Outputs: \(error)"
      } catch let error as RequestError {
        reason = error.description
      }
    }
    try rethrowFaults(failures)
    if let held = held(failures) { return held }
    try await markCancelled(failures, reason: "Resource update cancelled")
    var failed = stack
    failed.statusReason = reason
    if operation.input["on_failure"]?.string == "keep" && !isCancelled {
      failed.status = .updateFailed
      try await save(failed, reason: reason)
      return .failed(reason)
    }
    failed.status = .updateRollbackInProgress
    try await save(failed, reason: reason)
    let ending = try await rollBackUpdate(failed, input)
    if case .failed(let text) = ending, isCancelled { return .cancelled(text) }
    return ending
  }

  /// The new template is that of the stack from here on, and what it does not have any more is to be deleted.
  private func finishUpdate(_ input: UpdateInput) async throws -> StackRecord {
    var done = try await withOutputs(stack)
    done.template = input.template
    done.source = input.source
    done.status = .updateCleanupInProgress
    done.statusReason = nil
    let removed = try await resources().filter { template.resources[$0.logicalID] == nil }
    let kept = Dictionary(
      (done.exports.object ?? [:]).values.compactMap { export in export["Name"]?.scalarText.map { ($0, export["Value"] ?? .null) } },
      uniquingKeysWith: { first, _ in first })
    let (before, after) = (stack, done)
    try await save(done, reason: nil) { transaction in
      try Engine.requireNotImported(transaction, before, kept: kept)
      try Engine.requireNewExports(transaction, after)
      for var record in removed {
        record.isSuperseded = true
        try transaction.update(record)
      }
    }
    return done
  }

  /// Deletes what the update has replaced or removed. What cannot be deleted stays recorded, and is tried again by the next update or delete.
  private func cleanUp(_ stack: StackRecord, _ input: UpdateInput) async throws -> Ending {
    for record in try await resources() where record.type == BuiltInType.stack.rawValue && record.change?.operationID == operation.id {
      do {
        try await lifecycle.cleanUpNested(record)
      } catch Interruption.held(let reason) {
        return .held(reason)
      }
    }
    let before = try Template(json: input.before.template)
    let id = stack.id
    let superseded = try await context.store.read { try $0.supersededResources(of: id) }
    let snapshots = await takingSnapshots(superseded)
    let deletion = try await deleteAll(try Graph(before), superseded) { record in
      let isReplaced = template.resources[record.logicalID] != nil
      let policy = isReplaced ? template.resources[record.logicalID]?.updateReplacePolicy : before.resources[record.logicalID]?.deletionPolicy
      switch policy {
      case .retain, .retainExceptOnCreate: return .keep
      case .snapshot: return .delete(["final_snapshot": true])
      case .delete: return .delete(["final_snapshot": false])
      case nil: return .delete(["final_snapshot": .bool(snapshots.contains(record.id))])
      }
    }
    if case .held(let reason) = deletion { return .held(reason) }
    var done = stack
    done.status = .updateComplete
    // The update itself has succeeded, as in CloudFormation; what is left behind is said.
    if case .failed(let problem) = deletion { done.statusReason = "the clean-up \(problem)" }
    try await save(done, reason: done.statusReason)
    return .succeeded
  }

  /// The things of types that hold data: without a word of the template they leave a snapshot, as CloudFormation's databases do.
  func takingSnapshots(_ records: [ResourceRecord]) async -> Set<String> {
    var out: Set<String> = []
    for record in records {
      let schema = await context.drivers.provider(ofType: record.type, boundTo: record.plugin)?.provision.schema
      if schema?.takesFinalSnapshot == true { out.insert(record.id) }
    }
    return out
  }

  // MARK: - One resource

  private func update(_ id: String) async throws {
    guard let declared = template.resources[id], let record = try await resource(id) else { return }
    if let change = record.change, change.operationID == operation.id {
      // Begun by this operation, maybe under an earlier host.
      guard !record.status.isComplete else { return }
      try requireNotFailed(record)
      switch change.kind {
      case .addition, .replacement: try await make(record, declared)
      case .modification(let previous): try await lifecycle.modify(record, previous: previous)
      case .reversion, .arrival: break
      }
      return
    }
    try Task.checkCancellation()
    let desired: JSON
    do {
      desired = try await evaluated(declared)
    } catch let error as EvaluationError {
      // The thing itself is as it was.
      try await lifecycle.announce(record, ResourceStatus.updateFailed.rawValue, error.description)
      throw Interruption.failure(.badRequest, error.description)
    }
    switch try await lifecycle.need(of: record, desired: desired) {
    case .nothing: break
    case .modification:
      let begun = try await lifecycle.begin(record, desired: desired, ResourceChangeRecord(operationID: operation.id, kind: .modification(previous: record.desired)))
      try await lifecycle.modify(begun, previous: record.desired)
    case .replacement:
      let successor = try await lifecycle.replace(record, desired: desired)
      _ = try await lifecycle.create(successor, desired: desired, policy: try declared.signals)
    }
  }
}
