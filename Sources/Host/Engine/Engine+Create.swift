internal import Contract
public import JSON
public import Store
internal import Templates

extension Engine {
  /// What a client asks for.
  public struct CreateRequest: Sendable {
    /// The name of the environment or application.
    public var name: String
    /// The file as the client named it, for messages.
    public var file: String
    /// Its content.
    public var text: String
    /// What becomes of the things when the creation fails: rollback, delete or keep.
    public var onFailure: String
    /// The variables of the client: where its credentials and region come from.
    public var client: ClientVariables
    /// A key of the client's; a second request with it gives the first one's operation.
    public var idempotencyKey: String?

    /// A request.
    public init(
      name: String, file: String, text: String, onFailure: String = "rollback", client: ClientVariables, idempotencyKey: String? = nil
    ) {
      self.name = name
      self.file = file
      self.text = text
      self.onFailure = onFailure
      self.client = client
      self.idempotencyKey = idempotencyKey
    }
  }

  /// A change that was checked, and what it would do.
  struct Prepared: Sendable {
    var stack: StackRecord
    var resources: [ResourceRecord]
    var secrets: [(handle: String, sealed: [UInt8])]
    var plan: JSON
  }

  /// Creates an environment. With `dryRun` nothing is stored, and the plan is returned.
  public func createEnvironment(_ request: CreateRequest, dryRun: Bool) async throws -> Accepted {
    if let earlier = try await accepted(under: request.idempotencyKey) { return .operation(earlier) }
    try Self.check(name: request.name, kind: .environment)
    try Self.check(onFailure: request.onFailure)
    if let retried = try await retryCreation(request, .environment, dryRun: dryRun) { return retried }
    var file = try EnvironmentFile(SourceDocument(text: request.text, file: request.file))
    var sealing = SecretSealing(vault: context.store.vault)
    for index in file.resources.indices { file.resources[index].configuration = try sealing.seal(file.resources[index].configuration) }
    if let deployment = file.deployment { file.deployment?.configuration = try sealing.seal(deployment.configuration) }
    guard let cloud = file.deployment?.cloud ?? file.resources.first?.cloud else { throw RequestError.usage("the file names no cloud") }
    try await checkFree(request.name, .environment)
    // Everything that the file alone decides is checked before any cloud is called.
    let offline = CloudScope(
      cloud: cloud, account: "000000000000", region: "unknown", partition: "aws", endpointOverrides: [:], profile: nil)
    _ = try await Expansion(drivers: context.drivers, scope: offline, now: context.clock.seconds).environment(file, name: request.name)
    let scope = try await context.accounts.scope(cloud: cloud, client: request.client)
    let template = try await Expansion(drivers: context.drivers, scope: scope, now: context.clock.seconds).environment(file, name: request.name)
    return try await create(request, .environment, template, scope, sealing, environment: nil, dryRun: dryRun)
  }

  /// Deploys an application into an environment. The reference to the environment is taken in the same commit,
  /// so a delete of the environment that races with it is refused.
  public func deployApplication(_ request: CreateRequest, environment name: String, dryRun: Bool) async throws -> Accepted {
    if let earlier = try await accepted(under: request.idempotencyKey) { return .operation(earlier) }
    try Self.check(name: request.name, kind: .application)
    try Self.check(onFailure: request.onFailure)
    if let retried = try await retryCreation(request, .application, dryRun: dryRun) { return retried }
    var file = try ApplicationFile(SourceDocument(text: request.text, file: request.file))
    var sealing = SecretSealing(vault: context.store.vault)
    file.configuration = try sealing.seal(file.configuration)
    guard let environment = try await context.store.read({ try $0.liveStack(kind: .environment, name: name) }) else {
      throw RequestError.notFound("there is no environment '\(name)': `cld env list` shows them")
    }
    guard environment.status.isSteady else {
      throw RequestError.conflict("environment \(name) is \(environment.status.rawValue), and an application needs one that is complete")
    }
    try await checkFree(request.name, .application)
    guard let recorded = CloudScope(json: environment.scope) else { throw CorruptRecordError(description: "stacks: \(environment.id) has no scope") }
    let template = try await Expansion(drivers: context.drivers, scope: recorded, now: context.clock.seconds)
      .application(file, name: request.name, environment: environment, sealing: &sealing)
    let scope = try await verify(environment, request.client)
    return try await create(request, .application, template, scope, sealing, environment: environment, dryRun: dryRun)
  }

  // MARK: - Parts

  private func create(
    _ request: CreateRequest, _ kind: StackRecord.Kind, _ template: Template, _ scope: CloudScope, _ sealing: SecretSealing, environment: StackRecord?, dryRun: Bool
  ) async throws -> Accepted {
    let prepared = try await prepare(request, kind, template, scope, sealing, environment)
    if dryRun { return .plan(prepared.plan) }
    let now = context.clock.seconds
    let operation = OperationRecord(
      id: "op-" + (try Store.identifier()), stackID: prepared.stack.id, kind: .create, status: .running,
      input: ["on_failure": .string(request.onFailure)], createdAt: now)
    let event = EventRecord(
      ts: context.clock.milliseconds(), stackID: prepared.stack.id, operationID: operation.id, logicalID: prepared.stack.name,
      type: "Cld::Stack", physicalID: prepared.stack.id, status: prepared.stack.status.rawValue)
    let accepted = try await accept(
      Acceptance(operation: operation, idempotencyKey: request.idempotencyKey) { transaction in
        try Engine.replaceFailed(transaction, kind: kind, name: request.name, at: now)
        if let environment {
          guard let current = try transaction.stack(id: environment.id), current.status.isSteady else {
            throw RequestError.conflict("environment \(environment.name) is being deleted")
          }
        }
        try transaction.insert(prepared.stack)
        for resource in prepared.resources { try transaction.insert(resource) }
        for secret in prepared.secrets {
          try transaction.put(secret: secret.handle, stackID: prepared.stack.id, sealed: secret.sealed, at: now)
        }
        try transaction.append(event)
      })
    return .operation(accepted)
  }

  private func prepare(
    _ request: CreateRequest, _ kind: StackRecord.Kind, _ template: Template, _ scope: CloudScope, _ earlier: SecretSealing,
    _ environment: StackRecord?
  ) async throws -> Prepared {
    let graph = try Graph(template)
    let now = context.clock.seconds
    let stackID = "stack-" + (try Store.identifier())
    var sealing = earlier
    var resolved = template
    var resources: [ResourceRecord] = []
    var plan: [JSON] = []
    for id in graph.order {
      guard let declared = template.resources[id] else { continue }
      guard let provider = await context.drivers.provider(ofType: declared.type) else {
        throw RequestError.unavailable("no active plugin provides \(declared.type), which \(id) needs: `cld plugin why \(declared.type)` says why")
      }
      let schema = provider.provision.schema
      resolved.resources[id]?.properties = try sealing.generate(in: declared.properties)
      if let schema, let problem = PropertyCheck(schema: schema.document).problems(in: declared.properties).first {
        throw RequestError.usage("\(id) (\(declared.type))\(problem.pointer.description): \(problem.problem)")
      }
      let name = context.naming.name(stack: request.name, createdAt: now, logicalID: id, generation: 1, naming: schema?.naming)
      resources.append(
        ResourceRecord(
          id: "res-" + (try Store.identifier()), stackID: stackID, logicalID: id, type: declared.type, plugin: provider.manifest.name,
          name: name, createdAt: now, updatedAt: now))
      plan.append([
        "action": "create", "logical_id": .string(id), "type": .string(declared.type), "name": .string(name),
        "depends_on": .array(graph.dependencies[id, default: []].sorted().map { .string($0) }),
      ])
    }
    let stack = StackRecord(
      id: stackID, kind: kind, name: request.name, status: .createInProgress, environmentID: environment?.id, scope: scope.json,
      template: resolved.json, source: ["file": .string(request.file), "digest": .string(context.store.vault.signature(of: request.text))], createdAt: now)
    return Prepared(stack: stack, resources: resources, secrets: sealing.sealed, plan: ["changes": .array(plan), "account": .string(scope.account), "region": .string(scope.region)])
  }

  func checkFree(_ name: String, _ kind: StackRecord.Kind) async throws {
    if let earlier = try await context.store.read({ try $0.liveStack(kind: kind, name: name) }), earlier.status != .rollbackComplete {
      throw Self.taken(earlier)
    }
  }

  /// What a failed creation left is a record only; a new attempt takes its name.
  static func replaceFailed(_ transaction: Transaction, kind: StackRecord.Kind, name: String, at now: Int64) throws {
    guard let earlier = try transaction.liveStack(kind: kind, name: name) else { return }
    guard earlier.status == .rollbackComplete else { throw taken(earlier) }
    try requireIdle(transaction, earlier)
    var gone = earlier
    gone.status = .deleteComplete
    gone.deletedAt = now
    try transaction.update(gone)
  }

  private static func taken(_ stack: StackRecord) -> RequestError {
    let remedy =
      switch stack.status {
      case .rollbackFailed: "what it made could not all be undone: `cld operation retry ID` of its creation, or `cld \(stack.kind.command) delete \(stack.name)`, tries again; then create it anew"
      case .deleteFailed: "`cld \(stack.kind.command) delete \(stack.name)` tries again; then create it anew"
      case .createFailed: "`cld operation retry ID` of its creation goes on with it, or delete it"
      default: "choose another name or delete it"
      }
    return .conflict("\(stack.kind == .template ? "stack" : stack.kind.rawValue) '\(stack.name)' exists already and is \(stack.status.rawValue): \(remedy)")
  }

  /// A name that every cloud takes as the head of its own names.
  static func check(name: String, kind: StackRecord.Kind) throws {
    let isFine =
      name.first.map { $0.isASCII && $0.isLetter } == true && name.count <= 40 && name.last != "-" && !name.contains("--")
      && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    guard isFine else {
      throw RequestError.usage(
        "'\(name)' cannot be the name of an \(kind == .template ? "stack" : kind.rawValue): use at most 40 letters, digits and single dashes, starting with a letter")
    }
  }

  static func check(onFailure: String) throws {
    guard ["rollback", "delete", "keep"].contains(onFailure) else {
      throw RequestError.usage("--on-failure must be rollback, delete or keep, and is '\(onFailure)'")
    }
  }
}

/// What became of a request for a change.
public enum Accepted: Sendable {
  /// It was accepted and runs.
  case operation(OperationRecord)
  /// A dry run: what it would do.
  case plan(JSON)
}

extension Engine {
  static func absent(_ kind: StackRecord.Kind, _ name: String) -> RequestError {
    let (noun, command) =
      switch kind {
      case .environment: ("environment", "env")
      case .application: ("application", "app")
      case .template: ("stack", "stack")
      }
    return .notFound("there is no \(noun) '\(name)': `cld \(command) list` shows them")
  }
}
