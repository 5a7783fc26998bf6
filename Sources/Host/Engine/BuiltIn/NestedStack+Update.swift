internal import Contract
internal import JSON
internal import Store
internal import Templates

/// How a nested stack moves with its outer one: forward, then either its clean-up or its rollback.
extension NestedStack {
  /// Whether its template or its parameters have changed. Its file is read again for that: the address alone says nothing.
  func hasChanged(_ record: ResourceRecord, desired: JSON) async throws -> Bool {
    guard let stack = try await stack(of: record) else { return true }
    var wanted = record
    wanted.desired = desired
    let prepared = try await prepare(wanted, stack, earlier: stack.source)
    return prepared.template.json != stack.template
  }

  /// Moves the nested stack forward. Its clean-up waits until the outer stack has got through.
  func update(_ record: ResourceRecord) async throws -> ResourceRecord {
    guard let stack = try await stack(of: record) else { throw Interruption.failure(.notFound, "the nested stack is gone") }
    let operation: OperationRecord
    if let open = try await openOperation(of: stack.id, .update) {
      if stack.status == .updateCleanupInProgress { return try await withOutputs(record) }
      operation = open
    } else {
      operation = try await beginUpdate(record, stack)
    }
    switch try await run(operation, record) {
    // It stays open: either its clean-up or its rollback follows.
    case .succeeded: return try await withOutputs(record)
    case .held(let reason): throw Interruption.held(reason: reason)
    case .failed(let reason), .cancelled(let reason):
      try await end(operation, .failed, reason)
      throw Interruption.failure(.internal, "Embedded stack \(record.physicalID ?? "") was not successfully updated: \(reason)")
    }
  }

  private func beginUpdate(_ record: ResourceRecord, _ stack: StackRecord) async throws -> OperationRecord {
    let prepared = try await prepare(record, stack, earlier: stack.source)
    let id = "op-" + (try Store.identifier())
    let input = UpdateInput(template: prepared.template.json, source: prepared.source, before: .init(stack), updateID: id)
    let existing = Set(try await context.store.read { try $0.resources(of: stack.id) }.map(\.logicalID))
    let added = try await ResourceRecord.new(
      prepared.template, stack, in: prepared.template.resources.keys.filter { !existing.contains($0) },
      change: ResourceChangeRecord(operationID: id, kind: .addition), context)
    return try await begin(.update, stack, .updateInProgress, id: id, input: ["update": input.json], added, prepared.secrets)
  }

  /// Deletes what the update has replaced, once the outer stack has got through.
  func cleanUp(_ record: ResourceRecord) async throws {
    guard let stack = try await stack(of: record), let operation = try await openOperation(of: stack.id, .update) else { return }
    if case .held(let reason) = try await run(operation, record) { throw Interruption.held(reason: reason) }
    try await end(operation, .succeeded, nil)
  }

  /// Undoes the update, because the outer stack's failed.
  func rollBack(_ record: ResourceRecord) async throws -> ResourceRecord {
    guard let stack = try await stack(of: record), let operation = try await openOperation(of: stack.id, .update) else { return try await withOutputs(record) }
    if stack.status == .updateCleanupInProgress || stack.status == .updateInProgress {
      var rolling = stack
      rolling.status = .updateRollbackInProgress
      rolling.statusReason = "the update of \(outer.name) failed"
      let (changed, event) = (rolling, self.event(rolling, operation, rolling.statusReason))
      try await context.write { transaction in
        try transaction.update(changed)
        try transaction.append(event)
      }
    }
    if case .held(let reason) = try await run(operation, record) { throw Interruption.held(reason: reason) }
    let now = try await self.stack(of: record)
    guard now?.status == .updateRollbackComplete else {
      try await end(operation, .failed, now?.statusReason)
      throw Interruption.failure(.internal, now?.statusReason ?? "the nested stack could not be rolled back")
    }
    try await end(operation, .failed, now?.statusReason)
    return try await withOutputs(record)
  }
}
