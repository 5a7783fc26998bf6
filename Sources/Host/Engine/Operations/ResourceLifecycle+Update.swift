internal import Contract
internal import JSON
internal import Store
internal import Templates

/// How an update changes one resource.
extension ResourceLifecycle {
  /// What new properties ask for.
  enum Need {
    case nothing
    case modification
    case replacement
  }

  /// What a resource needs to get these properties.
  func need(of record: ResourceRecord, desired: JSON) async throws -> Need {
    if record.type == BuiltInType.stack.rawValue, record.status.isComplete {
      return try await NestedStack(self).hasChanged(record, desired: desired) ? .modification : .nothing
    }
    guard desired != record.desired || !record.status.isComplete else { return .nothing }
    if record.type == BuiltInType.stack.rawValue { return .modification }
    if BuiltInType(rawValue: record.type) != nil { return .replacement }
    let provider = try await provider(of: record)
    guard provider.provision.kind == .resource, provider.provision.ops.contains("update") else { return .replacement }
    let isReplaced = provider.provision.schema?.isReplaced(from: record.desired, to: desired) ?? false
    return isReplaced ? .replacement : .modification
  }

  /// Makes durable that a resource gets other properties, before anything is asked of its cloud.
  func begin(_ record: ResourceRecord, desired: JSON, _ change: ResourceChangeRecord) async throws -> ResourceRecord {
    var resource = record
    resource.change = change
    resource.desired = desired
    resource.status = .updateInProgress
    resource.statusReason = nil
    resource.accepted = false
    try await save(&resource, reason: nil)
    return resource
  }

  /// Changes the thing in place and waits until it is ready. Goes on where an earlier host stopped.
  func modify(_ record: ResourceRecord, previous: JSON) async throws {
    var resource = record
    // What failed is tried anew: a rollback that is continued, or a host that died after the failure.
    if resource.status != .updateInProgress {
      resource.status = .updateInProgress
      resource.accepted = false
      try await save(&resource, reason: nil)
    }
    do {
      if resource.type == BuiltInType.stack.rawValue {
        resource = try await NestedStack(self).update(resource)
      } else {
        resource = try await modify(resource, previous, by: try await provider(of: resource))
      }
    } catch let interruption as Interruption {
      if case .failed(let failure) = interruption { try await fail(resource.id, .updateFailed, failure.message) }
      throw interruption
    }
    _ = try await finish(resource, .updateComplete)
  }

  private func modify(_ record: ResourceRecord, _ previous: JSON, by provider: Provider) async throws -> ResourceRecord {
    var resource = record
    if !resource.accepted {
      var runner = runner(provider, "update")
      runner.previous = previous
      (_, resource) = try await runner.run(resource)
    }
    return try await settle(resource, provider, awaiting: "update")
  }

  /// Undoes what an update did to a nested stack, by the nested stack's own rollback.
  func rollBackNested(_ record: ResourceRecord) async throws {
    do {
      let resource = try await NestedStack(self).rollBack(record)
      _ = try await finish(resource, .updateComplete)
    } catch let interruption as Interruption {
      if case .failed(let failure) = interruption { try await fail(record.id, .updateFailed, failure.message) }
      throw interruption
    }
  }

  /// Records the successor of a thing that must be made anew. The old thing stays until the clean-up.
  func replace(_ record: ResourceRecord, desired: JSON) async throws -> ResourceRecord {
    let naming = await context.drivers.provider(ofType: record.type, boundTo: record.plugin)?.provision.schema?.naming
    let generation = try await context.store.read { try $0.lastGeneration(stackID: record.stackID, logicalID: record.logicalID) } + 1
    var predecessor = record
    predecessor.isSuperseded = true
    let successor = ResourceRecord(
      id: "res-" + (try Store.identifier()), stackID: record.stackID, logicalID: record.logicalID, type: record.type, plugin: record.plugin,
      generation: generation,
      name: context.naming.name(
        stack: stack.name, createdAt: stack.createdAt, logicalID: record.logicalID, generation: generation, naming: naming),
      status: .updateInProgress, desired: desired, createdAt: context.clock.seconds, updatedAt: context.clock.seconds,
      change: ResourceChangeRecord(operationID: operation.id, kind: .replacement(of: record.id)))
    var told = record
    told.desired = desired
    let event = event(
      told, ResourceStatus.updateInProgress.rawValue, "Requested update requires the creation of a new physical resource; hence creating one.")
    let (operation, old) = (operation, predecessor)
    try await context.write { transaction in
      try transaction.require(epoch: operation.epoch, of: operation.id)
      try transaction.update(old)
      try transaction.insert(successor)
      try transaction.append(event)
    }
    context.events.notify()
    return successor
  }

  /// Puts a thing back into its place, which its successor had taken.
  func restore(_ predecessorID: String, insteadOf successor: ResourceRecord) async throws {
    guard var predecessor = try await context.store.read({ try $0.resource(id: predecessorID) }) else {
      throw CorruptRecordError(description: "resources: \(successor.id) replaces \(predecessorID), which is not there")
    }
    predecessor.isSuperseded = false
    predecessor.updatedAt = context.clock.seconds
    predecessor.status = .updateComplete
    var failed = successor
    failed.isSuperseded = true
    let (operation, old, new) = (operation, predecessor, failed)
    let events = [event(old, ResourceStatus.updateInProgress.rawValue, nil), event(old, ResourceStatus.updateComplete.rawValue, nil)]
    try await context.write { transaction in
      try transaction.require(epoch: operation.epoch, of: operation.id)
      // In this order: only one of them is the current one at any moment.
      try transaction.update(new)
      try transaction.update(old)
      for event in events { try transaction.append(event) }
    }
    context.events.notify()
  }

  /// Leaves a resource as it is: a person has said that it needs no undoing.
  func skip(_ record: ResourceRecord) async throws {
    _ = try await finish(record, .updateComplete, reason: "skipped in the rollback")
  }
}

extension TypeSchema {
  /// Whether a thing with the one properties must be made anew to get the others (CloudFormation resource type schema, `createOnlyProperties`).
  func isReplaced(from old: JSON, to new: JSON) -> Bool {
    createOnlyProperties.contains { pointer in
      // Below a list only the list as a whole can be compared.
      let path = JSONPointer(pointer.tokens.drop { $0 == "properties" }.prefix { $0 != "*" }.map { $0 })
      return (old[path] ?? .null) != (new[path] ?? .null)
    }
  }
}

extension ResourceRecord {
  /// The resource whose ownership tags its thing has: for a late arrival that from which it came.
  var identity: String { if case .arrival(let original) = change?.kind { original } else { id } }

  /// The words for making its thing: a successor is made by an update.
  var making: (inProgress: ResourceStatus, complete: ResourceStatus, failed: ResourceStatus) {
    if case .replacement = change?.kind { return (.updateInProgress, .updateComplete, .updateFailed) }
    return (.createInProgress, .createComplete, .createFailed)
  }
}

extension ResourceStatus {
  /// Whether something is done with it at this moment.
  var isInProgress: Bool { self == .createInProgress || self == .updateInProgress || self == .deleteInProgress }
}
