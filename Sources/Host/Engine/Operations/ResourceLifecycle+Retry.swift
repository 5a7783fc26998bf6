internal import Contract
internal import JSON
internal import Store

/// What a creation that is tried again finds.
extension ResourceLifecycle {
  /// Clears away what a failed attempt has made, so that the next one makes it under a new name.
  func cleared(_ record: ResourceRecord) async throws -> ResourceRecord {
    guard record.status == .deleteInProgress || record.status == .deleteFailed else { return record }
    try await delete(record, input: ["final_snapshot": false])
    let id = record.id
    guard var resource = try await context.store.read({ try $0.resource(id: id) }) else { return record }
    resource.generation += 1
    resource.name = context.naming.name(
      stack: stack.name, createdAt: stack.createdAt, logicalID: resource.logicalID, generation: resource.generation,
      naming: await context.drivers.provider(ofType: resource.type, boundTo: resource.plugin)?.provision.schema?.naming)
    resource.status = .pending
    (resource.properties, resource.attributes, resource.state) = (.null, .null, .null)
    let (cleared, operation) = (resource, operation)
    try await context.write { transaction in
      try transaction.require(epoch: operation.epoch, of: operation.id)
      try transaction.update(cleared)
    }
    return resource
  }
}

extension ResourceRecord {
  /// Where another attempt of a creation begins with it: what was only interrupted goes on, what was refused is asked for again, and what the cloud gave up on, or
  /// was made in part, is deleted first. Nil when nothing failed.
  var reopened: ResourceRecord? {
    var resource = self
    switch status {
    case .createFailed where physicalID == nil || accepted: resource.status = .createInProgress
    case .createFailed, .deleteFailed:
      resource.status = .deleteInProgress
      resource.accepted = false
    default: return nil
    }
    resource.statusReason = nil
    return resource
  }
}
