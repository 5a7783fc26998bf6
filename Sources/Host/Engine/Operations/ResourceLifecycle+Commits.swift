internal import Contract
internal import Effects
internal import Faults
internal import JSON
internal import Store

/// How a resource's states become durable: each with its event, in one commit that an older epoch cannot make.
extension ResourceLifecycle {
  func runner(_ provider: Provider, _ op: String) -> StepRunner {
    StepRunner(context: context, stack: stack, operation: operation, scope: stack.scope(of: provider, else: scope), provider: provider, op: op)
  }

  func provider(of resource: ResourceRecord) async throws -> Provider {
    guard let provider = await context.drivers.provider(ofType: resource.type, boundTo: resource.plugin) else {
      throw Interruption.held(reason: await context.drivers.absence(of: resource.plugin))
    }
    return provider
  }

  func finish(
    _ record: ResourceRecord, _ status: ResourceStatus, reason: String? = nil, announce: Bool = true,
    and more: @escaping @Sendable (Transaction) throws -> Void = { _ in }
  ) async throws -> ResourceRecord {
    let ended = ended(record, status, reason: reason, announce: announce)
    Faults.reach(.finishBefore)
    try await store(ended.resource, ended.event, and: more)
    Faults.reach(.finishAfter)
    return ended.resource
  }

  /// What a resource is when its part is over, and the event that says so.
  func ended(_ record: ResourceRecord, _ status: ResourceStatus, reason: String? = nil, announce: Bool = true) -> StepRunner.Ended {
    var resource = record
    resource.status = status
    resource.accepted = false
    resource.statusReason = nil
    resource.drift = .null
    resource.updatedAt = context.clock.seconds
    // The event still says what it was that is gone.
    let event = announce ? event(resource, status.rawValue, reason) : nil
    if status == .deleteComplete { resource.physicalID = nil }
    return StepRunner.Ended(resource: resource, event: event)
  }

  /// Marks a resource as failed. What an earlier commit of the op made known of it is kept.
  /// - Parameter isInterrupted: whether only the waiting was cut short, so that another attempt can go on with it.
  func fail(
    _ id: String, _ status: ResourceStatus, _ reason: String, isInterrupted: Bool = false,
    and more: @escaping @Sendable (Transaction) throws -> Void = { _ in }
  ) async throws {
    guard var resource = try await context.store.read({ try $0.resource(id: id) }) else { return }
    resource.status = status
    resource.accepted = resource.accepted && isInterrupted
    resource.statusReason = Redactor.shared.redact(reason)
    try await save(&resource, reason: reason, and: more)
  }

  func save(
    _ resource: inout ResourceRecord, reason: String?, and more: @escaping @Sendable (Transaction) throws -> Void = { _ in }
  ) async throws {
    resource.updatedAt = context.clock.seconds
    try await store(resource, event(resource, resource.status.rawValue, reason), and: more)
  }

  private func store(
    _ resource: ResourceRecord, _ event: EventRecord?, and more: @escaping @Sendable (Transaction) throws -> Void
  ) async throws {
    let operation = operation
    try await context.write { transaction in
      try transaction.require(epoch: operation.epoch, of: operation.id)
      try transaction.update(resource)
      try more(transaction)
      if let event { try transaction.append(event) }
    }
    if event != nil { context.events.notify() }
  }

  func announce(_ resource: ResourceRecord, _ status: String, _ reason: String) async throws {
    let (event, operation) = (event(resource, status, reason), operation)
    try await context.write { transaction in
      try transaction.require(epoch: operation.epoch, of: operation.id)
      try transaction.append(event)
    }
    context.events.notify()
  }

  func event(_ resource: ResourceRecord, _ status: String, _ reason: String?) -> EventRecord {
    EventRecord(
      ts: context.clock.milliseconds(), stackID: stack.id, operationID: operation.id, logicalID: resource.logicalID,
      type: resource.type, physicalID: resource.physicalID, status: status, reason: reason.map(Redactor.shared.redact),
      properties: stack.shownProperties(of: resource, status: status))
  }
}
