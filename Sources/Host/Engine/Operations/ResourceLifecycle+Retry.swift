internal import Contract
internal import JSON
internal import Store

/// What a creation that is tried again finds.
extension ResourceLifecycle {
  /// Clears away what a failed attempt has made, so that the next one makes it under a new name. What was only interrupted goes on as it is.
  func cleared(_ record: ResourceRecord) async throws -> ResourceRecord {
    switch record.status {
    case .createFailed where record.physicalID != nil && !record.accepted: break
    // A host that died while it was being cleared away.
    case .deleteInProgress, .deleteFailed: break
    default: return record
    }
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
