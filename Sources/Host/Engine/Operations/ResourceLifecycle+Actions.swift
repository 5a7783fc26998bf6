internal import Contract
internal import JSON
internal import Store

/// Actions of things: start, stop, reboot.
extension ResourceLifecycle {
  /// Does an action and waits until the thing is where the action ends.
  /// - Parameter handle: through which it is cancelled, as long as its request has not left; nil when it has.
  /// - Throws: also `CancellationError`, and then the cloud was asked for nothing.
  func act(_ record: ResourceRecord, action: String, input: JSON, handle: OperationHandle?) async throws {
    var resource = record
    let provider = try await provider(of: resource)
    if resource.status != .updateInProgress {
      let before: JSON = ["status": .string(resource.status.rawValue), "reason": resource.statusReason.map { .string($0) } ?? .null]
      resource.status = .updateInProgress
      resource.accepted = false
      try await save(&resource, reason: action, and: amending("before", before))
    }
    do {
      if !resource.accepted {
        var runner = runner(provider, "action:\(action)")
        runner.input = input
        runner.handle = handle
        (_, resource) = try await runner.run(resource)
      }
      resource = try await settle(resource, provider, awaiting: "action:\(action)")
    } catch let interruption as Interruption {
      if case .failed(let failure) = interruption {
        try await fail(resource.id, .updateFailed, failure.message, and: amending("outcome", ["failed": .string(failure.message)]))
      }
      throw interruption
    }
    _ = try await finish(resource, .updateComplete, reason: action, and: amending("outcome", ["done": true]))
  }

  /// Takes an action back that was cancelled before its request left: the thing is as it was.
  func withdraw(_ record: ResourceRecord, reason: String) async throws {
    let id = operation.id
    let before = try await context.store.read { try $0.operation(id: id)?.input["before"] } ?? .null
    guard record.status == .updateInProgress else { return }
    var resource = record
    let hadFailed = before["status"]?.string == ResourceStatus.updateFailed.rawValue
    resource.status = hadFailed ? .updateFailed : .updateComplete
    resource.statusReason = hadFailed ? before["reason"]?.string : nil
    resource.accepted = false
    try await save(&resource, reason: reason, and: amending("outcome", ["cancelled": .string(reason)]))
  }

  /// Writes into the operation what came of its action, in the commit that changes the resource: a host that dies right after that must not act again.
  private func amending(_ key: String, _ value: JSON) -> @Sendable (Transaction) throws -> Void {
    let id = operation.id
    return { try $0.amend(inputOf: id) { $0[key] = value } }
  }
}
