internal import JSON
internal import Store
internal import Templates

/// Undoing an update that failed: first everything gets its old properties, then what is new is deleted.
extension OperationRunner {
  func rollBackUpdate(_ stack: StackRecord, _ input: UpdateInput) async throws -> Ending {
    let before = try Template(json: input.before.template)
    try await takeBack(before)
    let dependencies = try Graph(before).dependencies
    let failures = await GraphWalk(dependencies: dependencies, onFailure: .goOn).run { id in
      try await revert(id, input)
    }
    try rethrowFaults(failures)
    if let held = held(failures) { return held }
    let reason = stack.statusReason ?? "the update failed"
    var done = stack
    done.template = input.before.template
    done.source = input.before.source
    done.outputs = input.before.outputs
    done.exports = input.before.exports
    guard failures.isEmpty else {
      let problem = "could not restore: \(describe(failures))"
      done.status = .updateRollbackFailed
      done.statusReason = "\(reason). \(problem); `cld stack continue-rollback \(stack.name)` tries again, with --skip LOGICAL to leave one as it is"
      try await save(done, reason: done.statusReason)
      return .failed("\(reason). Rolling back, \(problem)")
    }
    done.status = .updateRollbackCleanupInProgress
    let added = try await resources().filter { before.resources[$0.logicalID] == nil }
    try await save(done, reason: nil) { transaction in
      for var record in added {
        record.isSuperseded = true
        try transaction.update(record)
      }
    }
    return try await cleanUpRollback(done, input)
  }

  /// What the update had let go of is in the template again. Only a nested stack has come so far when it must go back, because of its outer one.
  private func takeBack(_ before: Template) async throws {
    let id = stack.id
    let current = Set(try await resources().map(\.logicalID))
    let released = try await context.store.read { try $0.supersededResources(of: id) }
      .filter { before.resources[$0.logicalID] != nil && !current.contains($0.logicalID) && $0.status.isComplete }
    guard !released.isEmpty else { return }
    let operation = operation
    try await context.write { transaction in
      try transaction.require(epoch: operation.epoch, of: operation.id)
      for var record in released {
        record.isSuperseded = false
        try transaction.update(record)
      }
    }
  }

  /// Deletes what the failed update has made.
  func cleanUpRollback(_ stack: StackRecord, _ input: UpdateInput) async throws -> Ending {
    let id = stack.id
    let superseded = try await context.store.read { try $0.supersededResources(of: id) }
    let deletion = try await deleteAll(graph, superseded, fate: fateInRollback)
    let reason = stack.statusReason ?? "the update failed"
    if case .held(let reason) = deletion { return .held(reason) }
    var done = stack
    done.status = .updateRollbackComplete
    if case .failed(let problem) = deletion { done.statusReason = "\(reason). The clean-up \(problem)" }
    try await save(done, reason: done.statusReason)
    return operation.kind == .rollback ? .succeeded : .failed(reason)
  }

  /// Gives one resource back what it was.
  private func revert(_ id: String, _ input: UpdateInput) async throws {
    guard let record = try await resource(id), let change = record.change, change.operationID == input.updateID else { return }
    switch change.kind {
    case .addition, .arrival: return
    case .replacement(let predecessor):
      try await lifecycle.restore(predecessor, insteadOf: record)
    case .modification(let previous):
      if input.skipped.contains(id) { return try await lifecycle.skip(record) }
      if record.type == BuiltInType.stack.rawValue {
        let begun = try await lifecycle.begin(record, desired: previous, ResourceChangeRecord(operationID: input.updateID, kind: .reversion(failed: record.desired)))
        return try await lifecycle.rollBackNested(begun)
      }
      let reversion = ResourceChangeRecord(operationID: input.updateID, kind: .reversion(failed: record.desired))
      let begun = try await lifecycle.begin(record, desired: previous, reversion)
      try await lifecycle.modify(begun, previous: record.desired)
    case .reversion(let failed):
      guard !record.status.isComplete else { return }
      if input.skipped.contains(id) { return try await lifecycle.skip(record) }
      if record.type == BuiltInType.stack.rawValue { return try await lifecycle.rollBackNested(record) }
      try await lifecycle.modify(record, previous: failed)
    }
  }
}
