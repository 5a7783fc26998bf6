internal import Contract
public import JSON
public import Store
internal import Templates

extension Engine {
  /// Creates a stack from a template. With `dryRun` nothing is stored, and the plan is returned.
  public func createStack(_ request: TemplateRequest, dryRun: Bool) async throws -> Accepted {
    if let earlier = try await accepted(under: request.idempotencyKey) { return .operation(earlier) }
    try Self.check(name: request.name, kind: .template)
    try Self.check(onFailure: request.onFailure)
    try await checkFree(request.name, .template)
    let scope = try await context.accounts.scope(cloud: Self.cloud, client: request.client)
    var stack = try draft(request.name, scope)
    let prepared = try await TemplatePreparation(context: context, scope: scope, stack: stack).prepare(request, earlier: nil)
    stack.otherScopes = try await otherScopes(prepared.template, stack, request.client)
    if dryRun { return .plan(["Changes": try await creationSet(stack, scope, prepared).json(includesValues: false)]) }
    return .operation(
      try await beginCreation(stack, scope, prepared, onFailure: request.onFailure, idempotencyKey: request.idempotencyKey, and: { _ in }))
  }

  /// Changes a stack to another template or other parameters.
  public func updateStack(_ request: TemplateRequest, dryRun: Bool) async throws -> Accepted {
    if let earlier = try await accepted(under: request.idempotencyKey) { return .operation(earlier) }
    try Self.check(onFailure: request.onFailure)
    var stack = try await template(named: request.name)
    try Self.requireUpdatable(stack)
    let scope = try await verify(stack, request.client)
    let prepared = try await TemplatePreparation(context: context, scope: scope, stack: stack).prepare(request, earlier: stack.source)
    stack.otherScopes = try await otherScopes(prepared.template, stack, request.client)
    let changes = try await changeSet(stack, scope, prepared)
    guard !changes.isEmpty else { throw RequestError.conflict("No updates are to be performed.") }
    try refuse(changes, by: stack)
    if dryRun { return .plan(["Changes": changes.json(includesValues: false)]) }
    return .operation(try await beginUpdate(stack, prepared, onFailure: request.onFailure, idempotencyKey: request.idempotencyKey, and: { _ in }))
  }

  /// Undoes what a failed update has left: once more after a rollback that failed, or at all after an update that keeps what it made.
  /// - Parameter skipped: the logical ids that stay as they are.
  public func rollBackStack(
    named name: String, skipping skipped: Set<String>, client: ClientVariables, idempotencyKey: String?
  ) async throws -> OperationRecord {
    if let earlier = try await accepted(under: idempotencyKey) { return earlier }
    let stack = try await template(named: name)
    guard stack.status == .updateRollbackFailed || stack.status == .updateFailed else {
      throw RequestError.conflict("stack \(name) is \(stack.status.rawValue), and only one that is UPDATE_ROLLBACK_FAILED or UPDATE_FAILED can be rolled back")
    }
    guard let failed = try await context.store.read({ try $0.operations(stackID: stack.id) }).first(where: { $0.kind == .update }),
      var input = UpdateInput(failed)
    else { throw CorruptRecordError(description: "operations: stack \(stack.id) has no update that failed") }
    let resources = try await context.store.read { try $0.resources(of: stack.id) }
    if let unknown = skipped.first(where: { id in !resources.contains { $0.logicalID == id && !$0.status.isComplete } }) {
      throw RequestError.usage("'\(unknown)' cannot be skipped: it is no resource of \(name) that failed")
    }
    _ = try await verify(stack, client)
    input.skipped = skipped
    let operation = OperationRecord(
      id: "op-" + (try Store.identifier()), stackID: stack.id, kind: .rollback, status: .running, input: ["update": input.json],
      createdAt: context.clock.seconds)
    return try await begin(operation, stack, .updateRollbackInProgress, idempotencyKey) { _ in }
  }

  /// Sets whether a stack may be deleted.
  public func setProtection(ofStack name: String, to isProtected: Bool) async throws {
    try await change(settingsOf: name) { $0.isProtected = isProtected }
  }

  /// Sets which resources updates may touch; nil for all.
  public func setPolicy(ofStack name: String, to policy: JSON?) async throws {
    if let policy { _ = try StackPolicy(json: policy) }
    try await change(settingsOf: name) { $0.policy = policy }
  }

  /// The template of a stack, as it was given.
  public func templateText(of stack: StackRecord) async throws -> String {
    let handle = stack.source["text"]?["$secret"]?.string ?? ""
    guard let text = try await context.store.secrets([handle])[handle] else {
      throw RequestError.notFound("the template of \(stack.name) is gone with the stack")
    }
    return text
  }

  // MARK: - Parts

  /// The cloud whose account a template's stack belongs to.
  static let cloud = "aws"

  func template(named name: String) async throws -> StackRecord {
    guard let stack = try await context.store.read({ try $0.liveStack(kind: .template, name: name) }) else { throw Self.absent(.template, name) }
    return stack
  }

  func draft(_ name: String, _ scope: CloudScope) throws -> StackRecord {
    StackRecord(
      id: "stack-" + (try Store.identifier()), kind: .template, name: name, status: .createInProgress, scope: scope.json,
      // Nothing is in it before it is made: what is only looked at can be deleted too.
      template: ["Resources": [:]], source: .null, createdAt: context.clock.seconds)
  }

  /// A nested stack is changed through its outer one.
  static func requireOuter(_ stack: StackRecord) throws {
    if stack.parentID != nil { throw RequestError.conflict("stack \(stack.name) is nested in another one: change that one") }
  }

  static func requireUpdatable(_ stack: StackRecord) throws {
    try requireOuter(stack)
    guard !stack.status.isSteady else { return }
    let remedy =
      switch stack.status {
      case .updateFailed, .updateRollbackFailed: "`cld stack continue-rollback \(stack.name)` first"
      case .createFailed, .rollbackComplete, .rollbackFailed, .deleteFailed: "delete it and create it again"
      default: "wait until its operation has ended"
      }
    throw RequestError.conflict("stack \(stack.name) is \(stack.status.rawValue) and cannot be updated: \(remedy)")
  }

  /// Refuses changes that the stack's policy denies.
  func refuse(_ changes: ChangeSet, by stack: StackRecord) throws {
    guard let policy = stack.settings.policy else { return }
    let denied = try StackPolicy(json: policy).denied(in: changes)
    guard denied.isEmpty else {
      throw RequestError.permission("the policy of stack \(stack.name) denies changes of \(denied.sorted().joined(separator: ", ")); nothing was touched")
    }
  }

  func beginCreation(
    _ draft: StackRecord, _ scope: CloudScope, _ prepared: PreparedTemplate, onFailure: String, idempotencyKey: String?,
    and more: @escaping @Sendable (Transaction) throws -> Void
  ) async throws -> OperationRecord {
    var stack = draft
    stack.template = prepared.template.json
    stack.source = prepared.source
    let resources = try await ResourceRecord.new(prepared.template, stack, in: Array(prepared.template.resources.keys), change: nil, context)
    let operation = OperationRecord(
      id: "op-" + (try Store.identifier()), stackID: stack.id, kind: .create, status: .running, input: ["on_failure": .string(onFailure)],
      createdAt: context.clock.seconds)
    let (created, now, secrets) = (stack, context.clock.seconds, prepared.secrets)
    return try await begin(operation, stack, .createInProgress, idempotencyKey) { transaction in
      if try transaction.stack(id: created.id) == nil {
        try Engine.replaceFailed(transaction, kind: .template, name: created.name, at: now)
        try transaction.insert(created)
      }
      for resource in resources { try transaction.insert(resource) }
      for secret in secrets { try transaction.put(secret: secret.handle, stackID: created.id, sealed: secret.sealed, at: now) }
      try more(transaction)
    }
  }

  func beginUpdate(
    _ stack: StackRecord, _ prepared: PreparedTemplate, onFailure: String, idempotencyKey: String?,
    and more: @escaping @Sendable (Transaction) throws -> Void
  ) async throws -> OperationRecord {
    let id = "op-" + (try Store.identifier())
    let update = UpdateInput(
      template: prepared.template.json, source: prepared.source, before: .init(stack), updateID: id)
    let existing = try await context.store.read { try $0.resources(of: stack.id) }
    for resource in existing {
      guard let declared = prepared.template.resources[resource.logicalID], declared.type != resource.type else { continue }
      throw RequestError.usage(
        "Update of resource type is not permitted. The new template modifies resource type of the following resources: [\(resource.logicalID)]")
    }
    let standing = Set(existing.map(\.logicalID))
    let added = prepared.template.resources.keys.filter { !standing.contains($0) }
    let resources = try await ResourceRecord.new(
      prepared.template, stack, in: added, change: ResourceChangeRecord(operationID: id, kind: .addition), context)
    let operation = OperationRecord(
      id: id, stackID: stack.id, kind: .update, status: .running, input: ["on_failure": .string(onFailure), "update": update.json],
      createdAt: context.clock.seconds)
    let (now, secrets) = (context.clock.seconds, prepared.secrets)
    return try await begin(operation, stack, .updateInProgress, idempotencyKey) { transaction in
      for resource in resources { try transaction.insert(resource) }
      for secret in secrets { try transaction.put(secret: secret.handle, stackID: stack.id, sealed: secret.sealed, at: now) }
      try more(transaction)
    }
  }

  /// Accepts an operation of a template's stack, with the stack's state and event in the same commit.
  private func begin(
    _ operation: OperationRecord, _ stack: StackRecord, _ status: StackStatus, _ idempotencyKey: String?,
    and more: @escaping @Sendable (Transaction) throws -> Void
  ) async throws -> OperationRecord {
    let (now, milliseconds) = (context.clock.seconds, context.clock.milliseconds())
    return try await accept(
      Acceptance(operation: operation, idempotencyKey: idempotencyKey) { transaction in
        try Engine.requireIdle(transaction, stack)
        try more(transaction)
        guard var current = try transaction.stack(id: stack.id) else { return }
        if stack.scope != current.scope { try transaction.update(stackID: stack.id, scope: stack.scope) }
        guard current.status == stack.status else {
          throw RequestError.conflict("stack \(stack.name) has moved: it is \(current.status.rawValue) now")
        }
        current.status = status
        current.statusReason = nil
        if operation.kind == .create {
          current.template = stack.template
          current.source = stack.source
        }
        // Executing a change set counts as a change, also where it creates the stack.
        if operation.kind != .create || stack.status == .reviewInProgress { current.updatedAt = now }
        try transaction.update(current)
        try transaction.append(
          EventRecord(
            ts: milliseconds, stackID: stack.id, operationID: operation.id, logicalID: stack.name, type: "Cld::Stack", physicalID: stack.id,
            status: status.rawValue, reason: "User Initiated"))
      })
  }

  private func change(settingsOf name: String, _ body: @escaping @Sendable (inout StackSettings) -> Void) async throws {
    let stack = try await template(named: name)
    try await context.store.write { transaction in
      guard var current = try transaction.stack(id: stack.id) else { return }
      body(&current.settings)
      try transaction.update(current)
    }
  }
}
