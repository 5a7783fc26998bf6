internal import JSON
internal import Store

extension OperationRunner {
  /// Does an action of one resource.
  func act() async throws -> Ending {
    guard let action = operation.input["action"]?.string, let id = operation.input["resource"]?.string,
      let record = try await context.store.read({ try $0.resource(id: id) })
    else { return .failed("the resource is gone") }
    // A host that died after the action has done all but say so.
    if let outcome = operation.input["outcome"] { return outcome["failed"]?.string.map { .failed("\(record.logicalID): \($0)") } ?? .succeeded }
    do {
      try await lifecycle.act(record, action: action, input: operation.input["input"] ?? [:])
      return .succeeded
    } catch let interruption as Interruption {
      if case .held(let reason) = interruption { return .held(reason) }
      return .failed("\(record.logicalID): \(interruption)")
    }
  }

  /// Reads the things as they are now: one, or all of the stack.
  func refresh() async throws -> Ending {
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
}
