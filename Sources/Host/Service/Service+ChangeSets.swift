internal import Engine
internal import JSON
internal import Store

extension Service {
  /// `/v1/stacks/NAME/change-sets`.
  func changeSets(_ call: Call) async throws -> ServiceResponse {
    let name = call.path[2]
    switch (call.method, call.path.count) {
    case ("GET", 4):
      let (stack, list) = try await engine.changeSets(ofStack: name)
      return ServiceResponse(body: ["Summaries": .array(list.map { CloudFormationViews.summary($0, stack) })])
    case ("GET", 5):
      let (stack, changeSet) = try await engine.changeSet(named: call.path[4], ofStack: name)
      return ServiceResponse(body: CloudFormationViews.changeSet(changeSet, stack, includesValues: call.flag("values")))
    case ("POST", 4):
      let (stack, changeSet) = try await engine.createChangeSet(
        named: try call.text("name"), description: call.body["description"]?.string, try request(call, name: name))
      return ServiceResponse(status: 201, body: CloudFormationViews.changeSet(changeSet, stack, includesValues: call.flag("values")))
    case ("POST", 6) where call.path[5] == "execute":
      let operation = try await engine.executeChangeSet(
        named: call.path[4], ofStack: name, onFailure: call.body["on_failure"]?.string ?? "rollback", client: call.client,
        idempotencyKey: call.idempotencyKey)
      return response(.operation(operation), stack: name)
    case ("DELETE", 5):
      try await engine.deleteChangeSet(named: call.path[4], ofStack: name)
      return ServiceResponse(body: [:])
    default: throw RequestError.notFound("there is no \(call.method) /\(call.path.joined(separator: "/"))")
    }
  }
}
