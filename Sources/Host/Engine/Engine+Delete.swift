internal import Contract
internal import JSON
public import Store
internal import Templates

extension Engine {
  /// What a client asks for.
  public struct DeleteRequest: Sendable {
    /// What sort of stack.
    public var kind: StackRecord.Kind
    /// The stack's name.
    public var name: String
    /// Delete the applications of an environment first.
    public var force: Bool
    /// Whether databases leave a final snapshot; nil when nothing was said.
    public var finalSnapshot: Bool?
    /// The logical ids of things that outlive the stack.
    public var retained: Set<String>
    /// The variables of the client: where its credentials and region come from.
    public var client: ClientVariables
    /// A key of the client's; a second request with it gives the first one's operation.
    public var idempotencyKey: String?

    /// A request.
    public init(
      kind: StackRecord.Kind, name: String, force: Bool = false, finalSnapshot: Bool? = nil, retained: Set<String> = [], client: ClientVariables,
      idempotencyKey: String? = nil
    ) {
      self.kind = kind
      self.name = name
      self.force = force
      self.finalSnapshot = finalSnapshot
      self.retained = retained
      self.client = client
      self.idempotencyKey = idempotencyKey
    }
  }

  /// Deletes a stack. An environment with applications is refused, or, with `force`, its applications are deleted first.
  public func delete(_ request: DeleteRequest, dryRun: Bool) async throws -> Accepted {
    if let earlier = try await accepted(under: request.idempotencyKey) { return .operation(earlier) }
    let (kind, name) = (request.kind, request.name)
    guard let stack = try await context.store.read({ try $0.liveStack(kind: kind, name: name) }) else {
      throw Self.absent(kind, name)
    }
    let applications = try await context.store.read { try $0.liveApplications(of: stack.id) }
    if !applications.isEmpty && !request.force {
      let names = applications.map(\.name).joined(separator: ", ")
      throw RequestError.conflict("environment \(name) has applications: \(names); delete them first, or use --force")
    }
    try Self.requireOuter(stack)
    if stack.settings.isProtected {
      throw RequestError.conflict("stack \(name) is protected from deletion: lift that with `cld stack protect \(name) --off`")
    }
    let resources = try await context.store.read { try $0.existingResources(of: stack.id) }
    let delete = try await deleteInput(request, stack, resources)
    let template = try Template(json: stack.template)
    if dryRun {
      let order = try Graph(template).order.reversed().filter { id in resources.contains { $0.logicalID == id && $0.status.mayExist } }
      let byID = Dictionary(resources.map { ($0.logicalID, $0) }, uniquingKeysWith: { first, _ in first })
      let changes: [JSON] = order.compactMap { id in
        byID[id].map {
          [
            "action": "delete", "logical_id": .string(id), "type": .string($0.type), "name": .string($0.name),
            "id": $0.physicalID.map { .string($0) } ?? .null,
          ]
        }
      }
      return .plan(["changes": .array(applications.map { ["action": "delete", "logical_id": .string($0.name), "type": "application", "name": .string($0.name)] } + changes)])
    }
    _ = try await verify(stack, request.client)
    for application in applications {
      var inner = request
      inner.kind = .application
      inner.name = application.name
      inner.idempotencyKey = nil
      inner.force = false
      guard case .operation(let operation) = try await self.delete(inner, dryRun: false) else { continue }
      let ended = try await wait(operationID: operation.id, milliseconds: nil)
      guard ended.status == .succeeded else {
        throw RequestError.conflict("application \(application.name) could not be deleted: \(ended.reason ?? ended.status.rawValue)")
      }
    }
    let operation = OperationRecord(
      id: "op-" + (try Store.identifier()), stackID: stack.id, kind: .delete, status: .running, input: ["delete": delete],
      createdAt: context.clock.seconds)
    let now = context.clock.milliseconds()
    return .operation(
      try await accept(
        Acceptance(operation: operation, idempotencyKey: request.idempotencyKey) { transaction in
          try Engine.requireIdle(transaction, stack)
          guard try transaction.liveApplications(of: stack.id).isEmpty else {
            throw RequestError.conflict("environment \(stack.name) has got an application in the meantime")
          }
          try Engine.requireNotImported(transaction, stack)
          guard var current = try transaction.stack(id: stack.id) else { return }
          current.status = .deleteInProgress
          current.statusReason = nil
          try transaction.update(current)
          try transaction.append(
            EventRecord(
              ts: now, stackID: stack.id, operationID: operation.id, logicalID: stack.name, type: "Cld::Stack",
              physicalID: stack.id, status: current.status.rawValue, reason: stack.kind == .template ? "User Initiated" : nil))
        }))
  }

  /// Which things leave a snapshot and which outlive the stack. Data is never thrown away in silence: with a type that can leave a final snapshot,
  /// somebody must have decided, or the template's stack does as CloudFormation's do.
  private func deleteInput(_ request: DeleteRequest, _ stack: StackRecord, _ resources: [ResourceRecord]) async throws -> JSON {
    let template = try Template(json: stack.template)
    if let unknown = request.retained.subtracting(resources.map(\.logicalID)).min() {
      throw RequestError.usage("\(stack.name) has no resource '\(unknown)' that could be retained: `cld stack show \(stack.name)` lists them")
    }
    var snapshots: Set<String> = []
    for resource in resources where resource.status.mayExist {
      guard let schema = await context.drivers.provider(ofType: resource.type, boundTo: resource.plugin)?.provision.schema, schema.takesFinalSnapshot
      else { continue }
      let policy = template.resources[resource.logicalID]?.deletionPolicy ?? (stack.kind == .template ? .snapshot : nil)
      switch (request.finalSnapshot, policy) {
      case (true?, _), (nil, .snapshot): snapshots.insert(resource.logicalID)
      case (false?, _), (nil, .delete), (nil, .retain), (nil, .retainExceptOnCreate): break
      case (nil, nil):
        throw RequestError.snapshotDecision(
          "\(resource.logicalID) of \(stack.name) holds data: say --final-snapshot or --skip-final-snapshot (or `final_snapshot:` in its configuration)")
      }
    }
    return [
      "snapshots": .array(snapshots.sorted().map { .string($0) }), "retain": .array(request.retained.sorted().map { .string($0) }),
    ]
  }
}
