internal import Contract
internal import JSON
public import Store

extension Engine {
  /// Starts an action of a resource (start, stop, reboot) or, with a nil action, a refresh.
  public func act(resourceID: String, action: String?, client: ClientVariables, idempotencyKey: String? = nil) async throws -> OperationRecord {
    if let earlier = try await accepted(under: idempotencyKey) { return earlier }
    let resource = try await resource(resourceID)
    guard let stack = try await context.store.read({ try $0.stack(id: resource.stackID) }) else {
      throw RequestError.notFound("there is no resource '\(resourceID)'")
    }
    if let action { try await check(action, resource) }
    _ = try await verify(stack, client)
    var input: JSON = ["resource": .string(resource.id)]
    if let action { input["action"] = .string(action) }
    let operation = OperationRecord(
      id: "op-" + (try Store.identifier()), stackID: stack.id, kind: action == nil ? .refresh : .action, status: .running,
      input: input, createdAt: context.clock.seconds)
    return try await accept(
      Acceptance(operation: operation, idempotencyKey: idempotencyKey) { try Engine.requireIdle($0, stack) })
  }

  /// Starts a refresh of everything in a stack: how each thing is, beside what was asked for.
  public func refresh(_ kind: StackRecord.Kind, named name: String, client: ClientVariables, idempotencyKey: String?) async throws -> OperationRecord {
    if let earlier = try await accepted(under: idempotencyKey) { return earlier }
    guard let stack = try await context.store.read({ try $0.liveStack(kind: kind, name: name) }) else { throw Self.absent(kind, name) }
    _ = try await verify(stack, client)
    let operation = OperationRecord(
      id: "op-" + (try Store.identifier()), stackID: stack.id, kind: .refresh, status: .running, createdAt: context.clock.seconds)
    return try await accept(
      Acceptance(operation: operation, idempotencyKey: idempotencyKey) { try Engine.requireIdle($0, stack) })
  }

  /// A resource by its id, its physical id, or `stack/logical-id`.
  public func resource(_ reference: String) async throws -> ResourceRecord {
    let all = try await context.store.read { transaction in
      try transaction.liveStacks().flatMap { stack in
        try transaction.resources(of: stack.id).filter { $0.status.mayExist }.map { (stack.name, $0) }
      }
    }
    let matches = all.filter { name, resource in
      resource.id == reference || resource.physicalID == reference || "\(name)/\(resource.logicalID)" == reference || resource.name == reference
    }
    guard let first = matches.first?.1 else {
      throw RequestError.notFound("there is no resource '\(reference)': `cld resource list` shows them")
    }
    guard matches.count == 1 else {
      throw RequestError.conflict("'\(reference)' is the id of \(matches.count) resources: use one of \(matches.map(\.1.id).joined(separator: ", "))")
    }
    return first
  }

  private func check(_ action: String, _ resource: ResourceRecord) async throws {
    guard let provider = await context.drivers.provider(ofType: resource.type, boundTo: resource.plugin) else {
      throw RequestError.unavailable(await context.drivers.absence(of: resource.plugin))
    }
    let actions = provider.provision.ops.filter { $0.hasPrefix("action:") }.map { String($0.dropFirst(7)) }.sorted()
    guard actions.contains(action) else {
      let known = actions.isEmpty ? "it has no actions" : "it has \(actions.joined(separator: ", "))"
      throw RequestError.usage("\(resource.type) has no action '\(action)': \(known)")
    }
    guard resource.status.isComplete || resource.status == .updateFailed else {
      throw RequestError.conflict("\(resource.logicalID) is \(resource.status.rawValue)")
    }
    if let allowed = provider.provision.schema?.actions[action]?.from, !allowed.isEmpty,
      let state = resource.attributes["Status"]?.string, !allowed.contains(state)
    {
      throw RequestError.conflict("\(resource.logicalID) is '\(state)', and '\(action)' needs \(allowed.joined(separator: " or "))")
    }
  }

  /// Waits until an operation has ended or is held, or until the time is over.
  public func wait(operationID: String, milliseconds: Int?) async throws -> OperationRecord {
    let deadline = milliseconds.map { context.clock.milliseconds() + Int64($0) }
    while true {
      let seen = context.events.count
      guard let operation = try await context.store.read({ try $0.operation(id: operationID) }) else {
        throw RequestError.notFound("there is no operation \(operationID): `cld operation list` shows them")
      }
      if operation.status != .running { return operation }
      let left = deadline.map { Int($0 - context.clock.milliseconds()) }
      if let left, left <= 0 { return operation }
      await waitForEvents(since: seen, milliseconds: left ?? 60_000)
    }
  }

  /// How many commits with events there have been.
  public var eventCount: UInt64 { context.events.count }

  /// How many operations have ended.
  public var endCount: UInt64 { context.ends.count }

  /// Waits for the end of an operation since that count, or until the time is over.
  public func waitForEnd(since seen: UInt64, milliseconds: Int) async {
    await context.wait(for: context.ends, since: seen, milliseconds: milliseconds)
  }

  /// Waits for a commit with events since that count, or until the time is over.
  public func waitForEvents(since seen: UInt64, milliseconds: Int) async {
    await context.waitForEvents(since: seen, milliseconds: milliseconds)
  }

  /// Refuses a change while another runs on the stack.
  static func requireIdle(_ transaction: Transaction, _ stack: StackRecord) throws {
    if let open = try transaction.operations(stackID: stack.id).first(where: { !$0.status.isFinal }) {
      throw RequestError.conflict(
        "operation \(open.id) (\(open.kind.rawValue)) is \(open.status.rawValue) on \(stack.name): wait for it with `cld operation wait \(open.id)`")
    }
  }
}
