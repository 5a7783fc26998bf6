internal import JSON
internal import Store

extension OperationRunner {
  /// Does an action of one resource.
  func act() async throws -> Ending {
    guard let action = operation.input["action"]?.string, let id = operation.input["resource"]?.string,
      let record = try await context.store.read({ try $0.resource(id: id) })
    else { return .failed("the resource is gone") }
    // A host that died after the action has done all but say so.
    if let outcome = operation.input["outcome"] {
      if let reason = outcome["cancelled"]?.string { return .cancelled(reason) }
      return outcome["failed"]?.string.map { .failed("\(record.logicalID): \($0)") } ?? .succeeded
    }
    let (operationID, input) = (operation.id, operation.input["input"] ?? [:])
    let hasLeft = try await context.store.read { try $0.hasSentEffects(operationID: operationID, resourceID: id, op: "action:\(action)") }
    let problem: (any Error)?
    if hasLeft {
      problem = await failure { try await lifecycle.act(record, action: action, input: input, handle: nil) }
    } else if handle.isCancelled {
      problem = CancellationError()
    } else {
      let handle = handle
      problem = await handle.run { await failure { try await lifecycle.act(record, action: action, input: input, handle: handle) } }
    }
    switch problem {
    case nil: return .succeeded
    case is CancellationError:
      let reason = "cancelled before anything was asked of the cloud"
      if let current = try await context.store.read({ try $0.resource(id: id) }) { try await lifecycle.withdraw(current, reason: reason) }
      return .cancelled(reason)
    case Interruption.held(let reason)?: return .held(reason)
    case let interruption as Interruption: return .failed("\(record.logicalID): \(interruption)")
    case let fault?: throw fault
    }
  }

  /// Reads the things as they are now: one, or all of the stack.
  func refresh() async throws -> Ending {
    let only = operation.input["resource"]?.string
    let records = try await resources().filter { $0.status.isComplete && (only == nil || only == $0.id) }
    let problem: (name: String, error: any Error)? = await handle.run {
      for record in records {
        let error = await failure {
          try Task.checkCancellation()
          try await lifecycle.refresh(record)
        }
        if let error { return (record.logicalID, error) }
      }
      return nil
    }
    guard let problem else { return .succeeded }
    if handle.isCancelled, problem.error is CancellationError || problem.error is Interruption { return .cancelled("cancelled; what was found until then stays") }
    switch problem.error {
    case Interruption.held(let reason): return .held(reason)
    case let interruption as Interruption: return .failed("\(problem.name): \(interruption)")
    default: throw problem.error
    }
  }

  /// What goes wrong with something; nil when nothing does.
  private func failure(of body: () async throws -> Void) async -> (any Error)? {
    do {
      try await body()
      return nil
    } catch {
      return error
    }
  }
}
