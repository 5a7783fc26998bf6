internal import JSON
internal import Store
internal import Templates

extension OperationRunner {
  /// Makes everything of the template.
  func create() async throws -> Ending {
    // A host that died between the end of the stack and the end of the operation has done all but say so.
    switch stack.status {
    case .createInProgress: break
    case .createComplete: return .succeeded
    case .rollbackInProgress:
      let ending = try await rollBackCreation(reason: stack.statusReason ?? "creation failed")
      if case .failed(let text) = ending, operation.isToBeCancelled { return .cancelled(text) }
      return ending
    default:
      let reason = stack.statusReason ?? "creation failed"
      return operation.isToBeCancelled ? .cancelled(reason) : .failed(reason)
    }
    let dependencies = graph.dependencies
    let walked = await handle.run {
      await GraphWalk(dependencies: dependencies, onFailure: .cancelRest).run { id in
        guard let record = try await resource(id), !record.status.isComplete, let declared = template.resources[id] else { return }
        if record.status == .pending { try Task.checkCancellation() }
        let cleared = try await lifecycle.cleared(record)
        try requireNotFailed(cleared)
        try await make(cleared, declared)
      }
    }
    let failures = try await withoutNeedlessWaits(walked)
    // A cancel that came too late to stop anything is none.
    let unfinished = try await resources().contains { !$0.status.isComplete }
    let isCancelled = handle.isCancelled && unfinished
    var reason = isCancelled ? "cancelled" : describe(failures)
    if failures.isEmpty && !unfinished {
      do {
        var done = try await withOutputs(stack)
        done.status = .createComplete
        let complete = done
        try await save(done, reason: nil) { try Engine.requireNewExports($0, complete) }
        return .succeeded
      } catch let error as EvaluationError {
        reason = "Outputs: \(error)"
      } catch let error as RequestError {
        reason = error.description
      }
    }
    try rethrowFaults(failures)
    if let held = held(failures) { return held }
    try await markCancelled(failures, reason: "creation cancelled")
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
    let ending = try await rollBackCreation(reason: reason)
    if case .failed(let text) = ending, isCancelled { return .cancelled(text) }
    return ending
  }

  /// Undoes a creation. A final snapshot is never taken here.
  private func rollBackCreation(reason: String) async throws -> Ending {
    var done = stack
    done.statusReason = reason
    switch try await deleteAll(graph, try await existing(), fate: fateInRollback) {
    case .held(let reason): return .held(reason)
    case .failed(let problem):
      done.status = .rollbackFailed
      done.statusReason = "\(reason). \(problem)\(wayOn)"
      try await save(done, reason: done.statusReason)
      return .failed("\(reason). Rolling back, \(problem)\(wayOn)")
    case .gone:
      let removes = operation.input["on_failure"]?.string == "delete"
      done.status = removes ? .deleteComplete : .rollbackComplete
      if removes { done.deletedAt = context.clock.seconds }
      let id = stack.id
      try await save(done, reason: reason) { try $0.deleteSecrets(of: id) }
      return .failed(reason)
    }
  }

  /// What becomes of a thing that a failed operation has made: only what is to be retained in every case stays.
  func fateInRollback(_ record: ResourceRecord) -> Fate {
    template.resources[record.logicalID]?.deletionPolicy == .retain ? .keep : .delete(["final_snapshot": false])
  }
}
