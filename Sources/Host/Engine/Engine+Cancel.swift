internal import JSON
public import Store
internal import Synchronization

extension Engine {
  /// Asks a running operation to end; a creation is undone. The wish is durable: a host that dies takes it up again.
  public func cancel(operationID: String) async throws {
    guard let operation = try await context.store.read({ try $0.operation(id: operationID) }) else {
      throw RequestError.notFound("there is no operation \(operationID): `cld operation list` shows them")
    }
    guard !operation.status.isFinal else { throw RequestError.conflict("operation \(operationID) has ended: \(operation.status.rawValue)") }
    guard operation.kind == .create || operation.kind == .update else {
      throw RequestError.conflict("operation \(operationID) is a \(operation.kind.rawValue), which cannot be cancelled; only a create and an update can")
    }
    try await context.store.write { transaction in
      var input = operation.input
      input["cancelled"] = true
      try transaction.update(operationID: operationID, input: input)
    }
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
