internal import JSON
public import Store
internal import Templates

extension Engine {
  /// Makes a change set: what a change of a stack would do. For a stack that does not exist it makes one that is only looked at.
  /// - Throws: `RequestError.conflict` when it would change nothing; the change set is then recorded as failed, as CloudFormation does.
  public func createChangeSet(
    named name: String, description: String?, _ request: TemplateRequest
  ) async throws -> (stack: StackRecord, changeSet: ChangeSetRecord) {
    try Self.check(name: name, kind: .template)
    if let stack = try await context.store.read({ try $0.liveStack(kind: .template, name: request.name) }), stack.status != .reviewInProgress,
      stack.status != .rollbackComplete
    {
      return try await createUpdateSet(named: name, description: description, request, stack)
    }
    return try await createCreationSet(named: name, description: description, request)
  }

  private func createUpdateSet(
    named name: String, description: String?, _ request: TemplateRequest, _ stack: StackRecord
  ) async throws -> (stack: StackRecord, changeSet: ChangeSetRecord) {
    try Self.requireUpdatable(stack)
    let scope = try await verify(stack, request.client)
    let prepared = try await TemplatePreparation(context: context, scope: scope, stack: stack).prepare(request, earlier: stack.source)
    let changes = try await changeSet(stack, scope, prepared)
    var record = try self.record(name, description, stack, .update, prepared, changes)
    if changes.isEmpty {
      record.status = .failed
      record.executionStatus = .unavailable
      record.statusReason = "The submitted information didn't contain changes. Submit different information to create a change set."
    }
    return (stack, try await store(record, stack, prepared, isNew: false))
  }

  private func createCreationSet(
    named name: String, description: String?, _ request: TemplateRequest
  ) async throws -> (stack: StackRecord, changeSet: ChangeSetRecord) {
    try Self.check(name: request.name, kind: .template)
    let scope = try await context.accounts.scope(cloud: Self.cloud, client: request.client)
    let reviewed = try await context.store.read { try $0.liveStack(kind: .template, name: request.name) }.flatMap { $0.status == .reviewInProgress ? $0 : nil }
    var stack = try reviewed ?? draft(request.name, scope)
    stack.status = .reviewInProgress
    let prepared = try await TemplatePreparation(context: context, scope: scope, stack: stack).prepare(request, earlier: nil)
    let changes = try await creationSet(stack, scope, prepared)
    let record = try self.record(name, description, stack, .create, prepared, changes)
    return (stack, try await store(record, stack, prepared, isNew: reviewed == nil))
  }

  private func record(
    _ name: String, _ description: String?, _ stack: StackRecord, _ kind: ChangeSetRecord.Kind, _ prepared: PreparedTemplate, _ changes: ChangeSet
  ) throws -> ChangeSetRecord {
    ChangeSetRecord(
      id: "changeset-" + (try Store.identifier()), stackID: stack.id, name: name, kind: kind, status: .complete, executionStatus: .available,
      description: description, base: "", template: prepared.template.json, source: prepared.source,
      changes: ["with": changes.json(includesValues: true), "without": changes.json(includesValues: false)], createdAt: context.clock.seconds)
  }

  private func store(
    _ record: ChangeSetRecord, _ stack: StackRecord, _ prepared: PreparedTemplate, isNew: Bool
  ) async throws -> ChangeSetRecord {
    let (now, milliseconds) = (context.clock.seconds, context.clock.milliseconds())
    let secrets = prepared.secrets
    let stored: ChangeSetRecord = try await context.store.write { transaction in
      if isNew {
        try Engine.replaceFailed(transaction, kind: .template, name: stack.name, at: now)
        try transaction.insert(stack)
        try transaction.append(
          EventRecord(
            ts: milliseconds, stackID: stack.id, operationID: nil, logicalID: stack.name, type: "Cld::Stack", physicalID: stack.id,
            status: stack.status.rawValue, reason: "User Initiated"))
      }
      guard try transaction.changeSet(stackID: stack.id, name: record.name) == nil else {
        throw RequestError.conflict("stack \(stack.name) has a change set '\(record.name)' already: choose another name or delete it")
      }
      var based = record
      based.base = try Engine.version(transaction, of: stack)
      try transaction.insert(based)
      for secret in secrets { try transaction.put(secret: secret.handle, stackID: stack.id, sealed: secret.sealed, at: now) }
      return based
    }
    context.events.notify()
    return stored
  }

  /// What a change set was made against: it grows with each change of the stack.
  private static func version(_ transaction: Transaction, of stack: StackRecord) throws -> String {
    try transaction.operations(stackID: stack.id, limit: 1).first?.id ?? ""
  }

  /// Does exactly what a change set shows.
  public func executeChangeSet(
    named name: String, ofStack stackName: String, onFailure: String, client: ClientVariables, idempotencyKey: String?
  ) async throws -> OperationRecord {
    if let earlier = try await accepted(under: idempotencyKey) { return earlier }
    try Self.check(onFailure: onFailure)
    var (stack, changeSet) = try await changeSet(named: name, ofStack: stackName)
    guard changeSet.executionStatus == .available else {
      throw RequestError.conflict(
        "change set \(name) is \(changeSet.executionStatus.rawValue) and cannot be executed"
          + (changeSet.executionStatus == .obsolete ? ": stack \(stackName) has moved since; make a new one" : ""))
    }
    let scope = changeSet.kind == .create ? try await context.accounts.scope(cloud: Self.cloud, client: client) : try await verify(stack, client)
    let prepared = try await TemplatePreparation(context: context, scope: scope, stack: stack).prepare(stored: changeSet)
    stack.otherScopes = try await otherScopes(prepared.template, stack, client)
    let (base, id, stackID, known) = (changeSet.base, changeSet.id, stack.id, stack)
    let claim: @Sendable (Transaction) throws -> Void = { transaction in
      guard try Engine.version(transaction, of: known) == base else {
        throw RequestError.conflict("change set \(name) is OBSOLETE: stack \(stackName) has moved since; make a new one")
      }
      try transaction.update(changeSetID: id, executionStatus: .complete)
      for other in try transaction.changeSets(of: stackID) where other.id != id && other.executionStatus == .available {
        try transaction.update(changeSetID: other.id, executionStatus: .obsolete)
      }
    }
    if changeSet.kind == .create {
      guard scope.account == CloudScope(json: stack.scope)?.account else {
        throw RequestError.permission("change set \(name) was made for another account than your credentials': nothing was touched")
      }
      return try await beginCreation(stack, scope, prepared, onFailure: onFailure, idempotencyKey: idempotencyKey, and: claim)
    }
    try refuse(try await self.changeSet(stack, scope, prepared), by: stack)
    return try await beginUpdate(stack, prepared, onFailure: onFailure, idempotencyKey: idempotencyKey, and: claim)
  }

  /// The change sets of a stack, oldest first.
  public func changeSets(ofStack name: String) async throws -> (stack: StackRecord, list: [ChangeSetRecord]) {
    let stack = try await template(named: name)
    return (
      stack,
      try await context.store.read { transaction in
        let current = try Engine.version(transaction, of: stack)
        return try transaction.changeSets(of: stack.id).map { $0.seen(at: current) }
      }
    )
  }

  /// A change set of a stack: of several with one name the newest, which alone may still be executed.
  public func changeSet(named name: String, ofStack stackName: String) async throws -> (stack: StackRecord, changeSet: ChangeSetRecord) {
    let (stack, list) = try await changeSets(ofStack: stackName)
    guard let found = list.last(where: { $0.name == name }) else {
      throw RequestError.notFound("stack \(stackName) has no change set '\(name)': `cld change-set list \(stackName)` shows them")
    }
    return (stack, found)
  }

  /// Forgets a change set. A stack that was only looked at stays, as in CloudFormation, until it is deleted.
  public func deleteChangeSet(named name: String, ofStack stackName: String) async throws {
    let (_, changeSet) = try await changeSet(named: name, ofStack: stackName)
    try await context.store.write { try $0.delete(changeSetID: changeSet.id) }
  }
}

extension ChangeSetRecord {
  /// The change set as it looks when the stack is at that version.
  fileprivate func seen(at version: String) -> ChangeSetRecord {
    guard executionStatus == .available, base != version else { return self }
    var out = self
    out.executionStatus = .obsolete
    return out
  }
}
