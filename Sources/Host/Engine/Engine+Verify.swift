internal import Contract
internal import JSON
internal import Store

extension Engine {
  /// Holds a client against the stack that it wants to change: the account must be the stack's, and so must be the endpoints, or,
  /// where they differ (an emulator that moved), what is recorded must be found there.
  /// - Returns: the scope in which the stack's effects are done.
  func verify(_ stack: StackRecord, _ client: ClientVariables) async throws -> CloudScope {
    guard let recorded = CloudScope(json: stack.scope) else { throw CorruptRecordError(description: "stacks: \(stack.id) has no scope") }
    var variables = client
    // The stack stays where it was made, whatever region the client's shell names.
    variables.values["AWS_REGION"] = recorded.region
    let scope = try await context.accounts.scope(cloud: recorded.cloud, client: variables)
    guard scope.account == recorded.account else {
      let profile = scope.profile.map { " (profile \($0))" } ?? ""
      throw RequestError.permission(
        "\(stack.kind.rawValue) \(stack.name) belongs to \(recorded.cloud) account \(recorded.account), and your credentials\(profile) are for account \(scope.account); nothing was touched")
    }
    try await verifyOthers(stack, client)
    guard scope.endpointOverrides != recorded.endpointOverrides else { return recorded }
    guard try await isFound(stack, in: scope) else {
      throw RequestError.permission(
        "\(stack.kind.rawValue) \(stack.name) was made at \(recorded.endpointText), and nothing of it exists at \(scope.endpointText), which your variables name; nothing was touched")
    }
    var moved = stack
    moved.scope = scope.json
    moved.otherScopes = stack.otherScopes
    let json = moved.scope
    try await context.store.write { try $0.update(stackID: stack.id, scope: json) }
    return scope
  }

  /// Whether one of the first things of the stack is there. A stack without things is nowhere else either.
  private func isFound(_ stack: StackRecord, in scope: CloudScope) async throws -> Bool {
    let resources = try await context.store.read { try $0.resources(of: stack.id) }.filter { $0.status.mayExist && $0.physicalID != nil }
    var asked = 0
    for resource in resources where asked < 3 {
      guard let provider = await context.drivers.provider(ofType: resource.type, boundTo: resource.plugin), provider.provision.kind == .resource else { continue }
      asked += 1
      let look = StepRunner.look(for: "verify", awaiting: "refresh", context: context, stack: stack, scope: scope, provider: provider)
      do {
        if try await look.run(resource).0.status != .absent { return true }
      } catch let interruption as Interruption {
        throw RequestError.unavailable("\(stack.name) cannot be looked for at \(scope.endpointText): \(interruption)")
      }
    }
    return asked == 0
  }

  /// The operation that was accepted under a key before: the same request, sent again.
  func accepted(under key: String?) async throws -> OperationRecord? {
    guard let key else { return nil }
    return try await context.store.read { try $0.operation(idempotencyKey: key) }
  }
}

extension CloudScope {
  /// The endpoints, for messages.
  var endpointText: String {
    endpointOverrides.isEmpty
      ? "the cloud's own endpoints" : endpointOverrides.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
  }
}
