internal import Engine
internal import JSON
internal import Store

extension Service {
  /// `/v1/environments` and `/v1/apps`.
  func stacks(_ call: Call, _ kind: StackRecord.Kind) async throws -> ServiceResponse {
    switch (call.method, call.path.count) {
    case ("GET", 2):
      let list = try await engine.read { transaction in
        try transaction.liveStacks(kind: kind).map { Views.stack($0, environment: try Self.environment(of: $0, transaction), resources: nil) }
      }
      return ServiceResponse(body: .array(list))
    case ("GET", 3):
      let name = call.path[2]
      let json = try await engine.read { transaction -> JSON? in
        guard let stack = try transaction.liveStack(kind: kind, name: name) else { return nil }
        return Views.stack(
          stack, environment: try Self.environment(of: stack, transaction), resources: try transaction.resources(of: stack.id))
      }
      guard let json else { throw RequestError.notFound("there is no \(kind.rawValue) '\(name)': `cld \(kind == .environment ? "env" : "app") list` shows them") }
      return ServiceResponse(body: json)
    case ("GET", 4) where kind == .application && call.path[3] == "logs":
      let lines = try await engine.logs(application: call.path[2], since: try call.integer("since") ?? 0, client: call.client)
      return ServiceResponse(body: .array(lines))
    case ("POST", 4) where call.path[3] == "refresh":
      let operation = try await engine.refresh(kind, named: call.path[2], client: call.client, idempotencyKey: call.idempotencyKey)
      return response(.operation(operation), stack: call.path[2])
    case ("POST", 2):
      let request = Engine.CreateRequest(
        name: try call.text("name"), file: try call.text("file"), text: try call.text("text"),
        onFailure: call.body["on_failure"]?.string ?? "rollback", client: call.client, idempotencyKey: call.idempotencyKey)
      let isDry = call.flag("dry_run")
      let accepted =
        kind == .environment
        ? try await engine.createEnvironment(request, dryRun: isDry)
        : try await engine.deployApplication(request, environment: try call.text("environment"), dryRun: isDry)
      return response(accepted, stack: request.name)
    case ("DELETE", 3):
      let request = Engine.DeleteRequest(
        kind: kind, name: call.path[2], force: call.flag("force"), finalSnapshot: call.query["final_snapshot"].map { $0 == "true" },
        client: call.client, idempotencyKey: call.idempotencyKey)
      return response(try await engine.delete(request, dryRun: call.flag("dry_run")), stack: request.name)
    default: throw RequestError.notFound("there is no \(call.method) /\(call.path.joined(separator: "/"))")
    }
  }

  /// 202 with the place where the operation can be followed; 200 with the plan of a dry run.
  func response(_ accepted: Accepted, stack: String) -> ServiceResponse {
    switch accepted {
    case .plan(let plan): ServiceResponse(body: plan)
    case .operation(let operation):
      ServiceResponse(
        status: 202, headers: ["operation-location": "/v1/operations/\(operation.id)"], body: Views.operation(operation, stack: stack))
    }
  }

  private static func environment(of stack: StackRecord, _ transaction: Transaction) throws -> String? {
    try stack.environmentID.flatMap { try transaction.stack(id: $0)?.name }
  }
}
