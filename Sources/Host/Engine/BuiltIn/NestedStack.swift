internal import Contract
internal import Effects
internal import JSON
internal import Store
internal import Templates

/// A stack as a resource of another one (CloudFormation user guide, "Nested stacks"). It is a stack of its own, with its own operations and events;
/// its operations run within those of the outer stack, and what fails in the one undoes both.
struct NestedStack {
  let lifecycle: ResourceLifecycle
  var context: EngineContext { lifecycle.context }
  var outer: StackRecord { lifecycle.stack }
  /// The operation of the outermost stack.
  var rootOperation: String { lifecycle.operation.parentID ?? lifecycle.operation.id }

  init(_ lifecycle: ResourceLifecycle) { self.lifecycle = lifecycle }

  // MARK: - Create and delete

  func create(_ record: ResourceRecord) async throws -> ResourceRecord {
    var resource = record
    if resource.physicalID == nil { resource = try await begin(record) }
    let operation = try await operation(of: resource)
    switch try await run(operation, resource) {
    case .succeeded: try await end(operation, .succeeded, nil)
    case .held(let reason): throw Interruption.held(reason: reason)
    case .failed(let reason), .cancelled(let reason):
      try await end(operation, .failed, reason)
      throw Interruption.failure(.internal, "Embedded stack \(resource.physicalID ?? "") was not successfully created: \(reason)")
    }
    return try await withOutputs(resource)
  }

  /// Records the nested stack, its resources and its operation, in the commit that makes it known to the outer one.
  private func begin(_ record: ResourceRecord) async throws -> ResourceRecord {
    let now = context.clock.seconds
    let id = try Store.identifier()
    var stack = StackRecord(
      id: "stack-\(id)", kind: .template, name: "\(outer.name)-\(record.logicalID)-\(id.prefix(12).uppercased())", status: .createInProgress,
      scope: outer.scope, template: .null, source: .null, parentID: outer.id, createdAt: now)
    let prepared = try await prepare(record, stack, earlier: nil)
    stack.template = prepared.template.json
    stack.source = prepared.source
    let operation = OperationRecord(
      id: "op-" + (try Store.identifier()), stackID: stack.id, kind: .create, status: .running, input: ["on_failure": "rollback"],
      parentID: rootOperation, createdAt: now)
    let resources = try await ResourceRecord.new(prepared.template, stack, in: Array(prepared.template.resources.keys), change: nil, context)
    var resource = record
    resource.physicalID = stack.arn(lifecycle.scope)
    let (created, known, secrets, outerOperation) = (stack, resource, prepared.secrets, lifecycle.operation)
    let events = [
      lifecycle.event(resource, resource.status.rawValue, "Resource creation Initiated"), self.event(stack, operation, "User Initiated"),
    ]
    try await context.write { transaction in
      try transaction.require(epoch: outerOperation.epoch, of: outerOperation.id)
      try transaction.insert(created)
      try transaction.insert(operation)
      for resource in resources { try transaction.insert(resource) }
      for secret in secrets { try transaction.put(secret: secret.handle, stackID: created.id, sealed: secret.sealed, at: now) }
      try transaction.update(known)
      for event in events { try transaction.append(event) }
    }
    context.events.notify()
    return resource
  }

  func delete(_ record: ResourceRecord) async throws {
    guard let stack = try await stack(of: record), stack.deletedAt == nil else { return }
    let operation: OperationRecord
    if let open = try await openOperation(of: stack.id, .delete) { operation = open } else {
      // What the outer operation had begun with it is over: a rollback deletes what a creation has left.
      if let open = try await openOperation(of: stack.id, nil) { try await end(open, .failed, "the outer stack gave it up") }
      operation = try await begin(.delete, stack, .deleteInProgress, input: ["delete": ["snapshots": try await snapshots(stack)]])
    }
    switch try await run(operation, record) {
    case .succeeded: try await end(operation, .succeeded, nil)
    case .held(let reason): throw Interruption.held(reason: reason)
    case .cancelled(let reason):
      try await end(operation, .cancelled, reason)
      throw CancellationError()
    case .failed(let reason):
      try await end(operation, .failed, reason)
      throw Interruption.failure(.internal, reason)
    }
  }

  /// Databases leave a snapshot unless the template says otherwise; those of a creation that is undone leave none.
  private func snapshots(_ stack: StackRecord) async throws -> JSON {
    guard lifecycle.operation.kind == .delete else { return [] }
    let template = try Template(json: stack.template)
    var out: [JSON] = []
    for resource in try await context.store.read({ try $0.existingResources(of: stack.id) }) {
      let schema = await context.drivers.provider(ofType: resource.type, boundTo: resource.plugin)?.provision.schema
      let policy = template.resources[resource.logicalID]?.deletionPolicy ?? .snapshot
      if schema?.takesFinalSnapshot == true, policy == .snapshot { out.append(.string(resource.logicalID)) }
    }
    return .array(out)
  }

  // MARK: - Parts

  func prepare(_ record: ResourceRecord, _ stack: StackRecord, earlier: JSON?) async throws -> PreparedTemplate {
    do {
      return try await Self.prepare(
        record.desired, stack, folder: outer.sourceFolder(lifecycle.operation), lifecycle.scope, context, earlier: earlier)
    } catch let problem as RequestError {
      throw Interruption.failure(.badRequest, problem.description)
    } catch let problem as TemplateProblems {
      throw Interruption.failure(.badRequest, problem.description)
    } catch let problem as SourceError {
      throw Interruption.failure(.badRequest, problem.description)
    } catch let problem as TemplateError {
      throw Interruption.failure(.badRequest, problem.description)
    }
  }

  /// The template of a nested stack with these properties.
  /// - Parameters:
  ///   - desired: the properties of the resource that it is, evaluated.
  ///   - folder: that of the outer template.
  static func prepare(
    _ desired: JSON, _ stack: StackRecord, folder: String?, _ scope: CloudScope, _ context: EngineContext, earlier: JSON?
  ) async throws -> PreparedTemplate {
    let location = desired["TemplateURL"]?.string ?? ""
    let file: LocalTemplate
    do throws(IncludeError) { file = try LocalTemplate(location, folder: folder) } catch {
      throw RequestError.usage("TemplateURL '\(location)' \(error)")
    }
    let secrets = try await context.store.secrets(desired.secretHandles)
    let given = (desired["Parameters"]?.object ?? [:]).mapValues { $0.opened(secrets).commaSeparated }
    return try await TemplatePreparation(context: context, scope: scope, stack: stack).prepare(
      TemplateRequest(name: stack.name, file: file.path, folder: file.folder, text: file.text, parameters: given, client: ClientVariables([:])),
      earlier: earlier)
  }

  func begin(
    _ kind: OperationRecord.Kind, _ stack: StackRecord, _ status: StackStatus, id: String? = nil, input: JSON, _ resources: [ResourceRecord] = [],
    _ secrets: [(handle: String, sealed: [UInt8])] = []
  ) async throws -> OperationRecord {
    let now = context.clock.seconds
    let operation = OperationRecord(
      id: try id ?? "op-" + Store.identifier(), stackID: stack.id, kind: kind, status: .running, input: input, parentID: rootOperation, createdAt: now)
    var changed = stack
    changed.status = status
    changed.statusReason = nil
    changed.updatedAt = now
    let (begun, outerOperation, event) = (changed, lifecycle.operation, self.event(changed, operation, "User Initiated"))
    try await context.write { transaction in
      try transaction.require(epoch: outerOperation.epoch, of: outerOperation.id)
      try transaction.update(begun)
      try transaction.insert(operation)
      for resource in resources { try transaction.insert(resource) }
      for secret in secrets { try transaction.put(secret: secret.handle, stackID: begun.id, sealed: secret.sealed, at: now) }
      try transaction.append(event)
    }
    context.events.notify()
    return operation
  }

  /// Runs an operation of the nested stack from wherever it is. When the outer one is cancelled it is cancelled too, and undoes itself.
  func run(_ operation: OperationRecord, _ record: ResourceRecord) async throws -> OperationRunner.Ending {
    let handle = OperationHandle()
    lifecycle.deletion?.add(handle)
    let (context, scope) = (context, lifecycle.scope)
    let task = Task { () async throws -> OperationRunner.Ending in
      let (taken, stack): (OperationRecord, StackRecord?) = try await context.write { transaction in
        var taken = operation
        taken.epoch = try transaction.takeUp(operationID: operation.id)
        return (taken, try transaction.stack(id: operation.stackID))
      }
      guard let stack else { return .failed("the nested stack is gone") }
      return try await OperationRunner(context: context, operation: taken, stack: stack, scope: scope, handle: handle).run()
    }
    return try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      handle.cancel()
    }
  }

  func end(_ operation: OperationRecord, _ status: OperationRecord.Status, _ reason: String?) async throws {
    let now = context.clock.seconds
    let reason = reason.map(Redactor.shared.redact)
    try await context.write { try $0.update(operationID: operation.id, status: status, reason: reason, finishedAt: now) }
  }

  func stack(of record: ResourceRecord) async throws -> StackRecord? { try await record.nestedStack(context) }

  private func operation(of record: ResourceRecord) async throws -> OperationRecord {
    guard let stack = try await stack(of: record), let operation = try await openOperation(of: stack.id, nil) else {
      throw Interruption.failure(.notFound, "the nested stack of \(record.logicalID) is gone")
    }
    return operation
  }

  func openOperation(of stackID: String, _ kind: OperationRecord.Kind?) async throws -> OperationRecord? {
    try await context.store.read { try $0.operations(stackID: stackID) }.first { !$0.status.isFinal && (kind == nil || $0.kind == kind) }
  }

  func withOutputs(_ record: ResourceRecord) async throws -> ResourceRecord {
    var resource = record
    let stack = try await stack(of: record)
    resource.attributes = ["Outputs": stack?.outputs ?? [:], "Arn": record.physicalID.map { .string($0) } ?? .null]
    return resource
  }

  func event(_ stack: StackRecord, _ operation: OperationRecord, _ reason: String?) -> EventRecord {
    EventRecord(
      ts: context.clock.milliseconds(), stackID: stack.id, operationID: operation.id, logicalID: stack.name, type: "Cld::Stack",
      physicalID: stack.id, status: stack.status.rawValue, reason: reason)
  }
}

extension ResourceRecord {
  /// The stack that the resource is; nil before it is recorded.
  func nestedStack(_ context: EngineContext) async throws -> StackRecord? {
    guard let id = physicalID?.split(separator: "/").last.map(String.init) else { return nil }
    return try await context.store.read { try $0.stack(id: id) }
  }
}
