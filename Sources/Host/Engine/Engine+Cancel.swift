internal import JSON
public import Store
internal import Synchronization

extension Engine {
  /// Asks an operation to end. What it has made or changed is undone; what a delete has deleted stays deleted, and it begins no more; an action whose request has left
  /// comes to its end. The wish is durable: a host that dies takes it up again. Asking once more changes nothing.
  /// - Throws: `RequestError` when it has ended without that wish, is the undoing of something, or only puts in order what came late.
  public func cancel(operationID: String) async throws {
    let isOver = try await context.store.write { transaction -> Bool in
      guard let operation = try transaction.operation(id: operationID) else {
        throw RequestError.notFound("there is no operation \(operationID): `cld operation list` shows them")
      }
      if operation.isToBeCancelled { return operation.status.isFinal }
      guard !operation.status.isFinal else { throw RequestError.conflict("operation \(operationID) has ended: \(operation.status.rawValue)") }
      if let parent = operation.parentID { throw RequestError.conflict("operation \(operationID) is a part of another one: cancel \(parent)") }
      if operation.kind == .sweep {
        throw RequestError.conflict("operation \(operationID) only deletes what came late and is recorded nowhere else: it cannot be cancelled")
      }
      guard operation.kind != .rollback, try transaction.stack(id: operation.stackID)?.status.isUndoing != true else {
        throw RequestError.conflict("operation \(operationID) is undoing what failed, and that cannot be cancelled: follow it with `cld operation wait \(operationID)`")
      }
      try transaction.amend(inputOf: operationID) { $0["cancelled"] = true }
      return false
    }
    guard !isOver else { return }
    if let handle = running.withLock({ $0[operationID] }) { handle.cancel() } else { _ = try await goOn(operationID) }
  }

  /// Asks the running change of a stack to end.
  public func cancelChange(ofStack name: String) async throws -> OperationRecord {
    let stack = try await template(named: name)
    guard let operation = try await context.store.read({ try $0.operations(stackID: stack.id) }).first(where: { !$0.status.isFinal }) else {
      throw RequestError.conflict("stack \(name) is \(stack.status.rawValue): there is nothing to cancel")
    }
    try await cancel(operationID: operation.id)
    return operation
  }
}

extension OperationRecord {
  /// Whether a person has asked for its end.
  var isToBeCancelled: Bool { input["cancelled"] == true }
}

extension StackStatus {
  /// Whether what failed, or was cancelled, is being undone.
  fileprivate var isUndoing: Bool {
    self == .rollbackInProgress || self == .updateRollbackInProgress || self == .updateRollbackCleanupInProgress
  }
}

extension Transaction {
  /// Changes what an operation was asked, and nothing that somebody else has written there meanwhile.
  func amend(inputOf operationID: String, _ change: (inout JSON) -> Void) throws {
    guard var input = try operation(id: operationID)?.input else { return }
    change(&input)
    try update(operationID: operationID, input: input)
  }
}
