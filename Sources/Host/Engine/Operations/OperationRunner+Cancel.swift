internal import JSON
internal import Store
internal import Templates

/// What an operation does when a person has asked for its end.
extension OperationRunner {
  /// How long a delete that was cancelled waits for things that the cloud was asked to delete, in milliseconds.
  static let patience = 10_000

  /// The failures of a walk that was cancelled: what is held needs nobody where nothing of it may be under way in a cloud.
  func withoutNeedlessWaits(_ failures: [String: any Error]) async throws -> [String: any Error] {
    guard handle.isCancelled else { return failures }
    var out = failures
    for (id, error) in failures where (error as? Interruption)?.isHeld == true {
      guard let record = try await resource(id), try await !mayBeUnderWay(record) else { continue }
      out[id] = CancellationError()
    }
    return out
  }

  /// Ends a delete that was cancelled: what is gone stays gone, and what is left is as a delete that failed leaves it.
  /// - Parameter failures: by the resource's id.
  /// - Returns: nil when nothing is left, so that it was too late.
  func endCancelledDelete(_ failures: [String: any Error]) async throws -> Ending? {
    try rethrowFaults(failures)
    let (stackID, operationID) = (stack.id, operation.id)
    let (left, gone) = try await context.store.read { transaction in
      (try transaction.existingResources(of: stackID), try transaction.countDeleted(operationID: operationID, stackID: stackID))
    }
    guard !left.isEmpty else { return nil }
    let begun = left.filter { $0.status == .deleteInProgress }
    for record in begun {
      guard case .held(let reason)? = failures[record.id] as? Interruption, try await mayBeUnderWay(record) else { continue }
      return .held(reason)
    }
    for record in begun { try await lifecycle.fail(record.id, .deleteFailed, "cancelled before it was known to be gone") }
    var reason = "cancelled: \(gone) \(gone == 1 ? "thing was" : "things were") deleted and stay\(gone == 1 ? "s" : "") deleted, \(left.count - begun.count) kept"
    if !begun.isEmpty {
      let names = begun.map { "\($0.logicalID) (\($0.physicalID ?? $0.name))" }.sorted().joined(separator: ", ")
      reason += ", and it is not known yet whether gone: \(names)"
    }
    let refused = describe(Dictionary(left.compactMap { record in failures[record.id].map { (record.logicalID, $0) } }, uniquingKeysWith: { first, _ in first }))
    if !refused.isEmpty { reason += "; could not delete: \(refused)" }
    reason += "; `cld operation retry \(operation.parentID ?? operation.id)` goes on"
    var done = stack
    done.status = .deleteFailed
    done.statusReason = reason
    try await save(done, reason: reason)
    return .cancelled(reason)
  }

  /// Whether a request for it was begun whose outcome is not known.
  private func mayBeUnderWay(_ record: ResourceRecord) async throws -> Bool {
    // What is open of a nested stack is open of its resources.
    if record.type == BuiltInType.stack.rawValue { return true }
    return try await context.store.read { try !$0.openIntents(resourceID: record.id).isEmpty }
  }
}
