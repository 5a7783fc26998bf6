internal import Contract
internal import JSON
public import Store

extension Engine {
  /// Tries an operation again: a held one at once, a failed creation whose things were kept from where it stopped, a failed delete and a failed rollback once more.
  /// - Returns: the operation that runs: the same one, or the one that continues the undoing of an update.
  public func retry(operationID: String, client: ClientVariables, idempotencyKey: String?) async throws -> OperationRecord {
    guard let operation = try await context.store.read({ try $0.operation(id: operationID) }) else {
      throw RequestError.notFound("there is no operation \(operationID): `cld operation list` shows them")
    }
    if let parent = operation.parentID { throw RequestError.conflict("operation \(operationID) is a part of another one: retry \(parent)") }
    if !operation.status.isFinal {
      guard !isUnderWay(operationID) else { throw RequestError.conflict("operation \(operationID) is running: follow it with `cld operation wait \(operationID)`") }
      return try await goOn(operationID)
    }
    guard operation.status != .succeeded else { throw RequestError.conflict("operation \(operationID) has succeeded: there is nothing to retry") }
    guard let stack = try await context.store.read({ try $0.stack(id: operation.stackID) }) else {
      throw RequestError.notFound("the stack of operation \(operationID) is gone")
    }
    _ = try await verify(stack, client)
    switch (operation.kind, stack.status) {
    case (.create, .createFailed): return try await reopen(operation, stack, .createInProgress)
    case (.create, .rollbackFailed): return try await reopen(operation, stack, .rollbackInProgress)
    case (.delete, .deleteFailed): return try await reopen(operation, stack, .deleteInProgress)
    case (.update, .updateRollbackFailed), (.rollback, .updateRollbackFailed):
      return try await rollBackStack(named: stack.name, skipping: [], client: client, idempotencyKey: idempotencyKey)
    case (.action, _), (.refresh, _):
      guard let resource = operation.input["resource"]?.string else {
        return try await refresh(stack.kind, named: stack.name, client: client, idempotencyKey: idempotencyKey)
      }
      return try await act(resourceID: resource, action: operation.input["action"]?.string, client: client, idempotencyKey: idempotencyKey)
    default: throw Self.notRetried(operation, stack)
    }
  }

  /// Goes on with a creation that failed and was kept, when its file is still the same.
  /// - Returns: nil when the name is free, or what stands there is no failed creation.
  func retryCreation(_ request: CreateRequest, _ kind: StackRecord.Kind, dryRun: Bool) async throws -> Accepted? {
    guard let stack = try await context.store.read({ try $0.liveStack(kind: kind, name: request.name) }), stack.status == .createFailed,
      let operation = try await context.store.read({ try $0.operations(stackID: stack.id) }).first(where: { $0.kind == .create })
    else { return nil }
    guard let digest = stack.source["digest"]?.string, context.store.vault.isSignature(digest, of: request.text) else {
      throw RequestError.conflict(
        "\(kind.rawValue) '\(stack.name)' is CREATE_FAILED, and \(request.file) is not the file that it was begun with: `cld operation retry \(operation.id)` goes on with that one; to use the new one, `cld \(kind.command) delete \(stack.name)` first"
      )
    }
    if dryRun {
      let missing = try await context.store.read { try $0.resources(of: stack.id) }.filter { !$0.status.isComplete }
      return .plan([
        "changes": .array(
          missing.map { ["action": "create", "logical_id": .string($0.logicalID), "type": .string($0.type), "name": .string($0.name)] }),
        "account": stack.scope["account"] ?? .null, "region": stack.scope["region"] ?? .null,
      ])
    }
    _ = try await verify(stack, request.client)
    return .operation(try await reopen(operation, stack, .createInProgress, onFailure: request.onFailure))
  }

  // MARK: - Parts

  /// The same operation goes on: its names and tokens are those of the first attempt, so that nothing is made twice.
  private func reopen(_ operation: OperationRecord, _ stack: StackRecord, _ status: StackStatus, onFailure: String? = nil) async throws -> OperationRecord {
    var input = operation.input
    input["cancelled"] = false
    if let onFailure { input["on_failure"] = .string(onFailure) }
    let reopened = input
    let event = EventRecord(
      ts: context.clock.milliseconds(), stackID: stack.id, operationID: operation.id, logicalID: stack.name, type: "Cld::Stack",
      physicalID: stack.id, status: status.rawValue, reason: "tried again")
    let now = context.clock.seconds
    try await context.store.write { transaction in
      try Engine.requireIdle(transaction, stack)
      guard var current = try transaction.stack(id: stack.id), current.status == stack.status,
        let newest = try transaction.operations(stackID: stack.id).first(where: { $0.kind != .action && $0.kind != .refresh && $0.kind != .sweep }),
        newest.id == operation.id
      else { throw RequestError.conflict("\(stack.name) has been changed since operation \(operation.id): retry its newest one") }
      current.status = status
      // A rollback that is tried again still says why it began.
      current.statusReason = status == .rollbackInProgress ? current.statusReason.map(Self.cause) : nil
      try transaction.update(current)
      try transaction.update(operationID: operation.id, input: reopened)
      try transaction.update(operationID: operation.id, status: .running, reason: nil, finishedAt: nil)
      try transaction.append(event)
      for var resource in status == .createInProgress ? try transaction.resources(of: stack.id).compactMap(\.reopened) : [] {
        resource.updatedAt = now
        try transaction.update(resource)
        try transaction.append(
          EventRecord(
            ts: event.ts, stackID: stack.id, operationID: operation.id, logicalID: resource.logicalID, type: resource.type,
            physicalID: resource.physicalID, status: resource.status.rawValue, reason: "tried again"))
      }
    }
    context.events.notify()
    return try await goOn(operation.id)
  }

  /// Why a rollback began, of what was said when it failed.
  private static func cause(_ reason: String) -> String {
    reason.firstRange(of: ". could not delete: ").map { String(reason[..<$0.lowerBound]) } ?? reason
  }

  private static func notRetried(_ operation: OperationRecord, _ stack: StackRecord) -> RequestError {
    let (noun, command) = (stack.kind == .template ? "stack" : stack.kind.rawValue, stack.kind.command)
    let remedy =
      switch stack.status {
      case .rollbackComplete, .deleteComplete: "what it had made is undone; `cld \(command)` creates it anew"
      case .updateFailed: "`cld stack continue-rollback \(stack.name)` undoes what it left"
      case .updateRollbackComplete: "it was undone; give the update again"
      default: "give the command again"
      }
    return .conflict("operation \(operation.id) (\(operation.kind.rawValue)) has ended as \(operation.status.rawValue), and \(noun) \(stack.name) is \(stack.status.rawValue): \(remedy)")
  }
}

extension StackRecord.Kind {
  /// The noun of the command line.
  var command: String {
    switch self {
    case .environment: "env"
    case .application: "app"
    case .template: "stack"
    }
  }
}
