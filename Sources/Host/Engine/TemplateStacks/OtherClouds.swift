internal import Contract
internal import JSON
internal import Store
internal import Templates

/// A stack belongs to one account; its resources may be in other clouds too.
extension Engine {
  /// Where the resources of a template live that are not in the stack's own cloud, by cloud.
  func otherScopes(_ template: Template, _ stack: StackRecord, _ client: ClientVariables) async throws -> [String: CloudScope] {
    var out = stack.otherScopes
    for type in Set(template.resources.values.map(\.type)).sorted() {
      guard let cloud = await context.drivers.provider(ofType: type)?.provision.cloud, cloud != stack.scope["cloud"]?.string else { continue }
      let scope = try await context.accounts.scope(cloud: cloud, client: client)
      if let recorded = out[cloud] { try Self.requireSame(recorded, scope, stack) }
      out[cloud] = scope
    }
    return out
  }

  /// Brings a client's variables to the other clouds of a stack.
  func verifyOthers(_ stack: StackRecord, _ client: ClientVariables) async throws {
    for (cloud, recorded) in stack.otherScopes {
      try Self.requireSame(recorded, try await context.accounts.scope(cloud: cloud, client: client), stack)
    }
  }

  private static func requireSame(_ recorded: CloudScope, _ scope: CloudScope, _ stack: StackRecord) throws {
    guard recorded.account == scope.account, recorded.endpointOverrides == scope.endpointOverrides else {
      throw RequestError.permission(
        "stack \(stack.name) has resources in the cloud '\(recorded.cloud)' at \(recorded.endpointText), and your variables name \(scope.endpointText); nothing was touched")
    }
  }
}

extension StackRecord {
  /// Where resources live that are not in the stack's own cloud, by cloud.
  var otherScopes: [String: CloudScope] {
    get { (scope["others"]?.object ?? [:]).compactMapValues { CloudScope(json: $0) } }
    set { scope["others"] = newValue.isEmpty ? JSON?.none : .object(newValue.mapValues(\.json)) }
  }

  /// Where the things of a type live.
  func scope(of provider: Provider, else own: CloudScope) -> CloudScope { otherScopes[provider.provision.cloud] ?? own }

  /// Every place where things of the stack live.
  var scopes: [CloudScope] { (CloudScope(json: scope).map { [$0] } ?? []) + otherScopes.values }
}
