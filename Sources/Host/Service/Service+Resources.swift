internal import Engine
internal import JSON
internal import Store

extension Service {
  /// `/v1/resources`.
  func resources(_ call: Call) async throws -> ServiceResponse {
    switch (call.method, call.path.count) {
    case ("GET", 2):
      let only = call.query["stack"]
      let list = try await engine.read { transaction in
        try transaction.liveStacks().filter { only == nil || $0.name == only }.flatMap { stack in
          try transaction.existingResources(of: stack.id).map { Views.resource($0, stack: stack.name) }
        }
      }
      return ServiceResponse(body: .array(list))
    case ("GET", 3):
      let resource = try await engine.resource(call.path[2])
      let stack = try await engine.read { try $0.stack(id: resource.stackID)?.name } ?? ""
      var json = Views.resource(resource, stack: stack)
      let isRevealed = call.flag("reveal")
      let (attributes, properties) = (resource.attributes.isNull ? [:] : resource.attributes, resource.desired)
      json["attributes"] = isRevealed ? try await engine.revealed(attributes) : attributes.masked
      json["properties"] = isRevealed ? try await engine.revealed(properties) : properties.masked
      return ServiceResponse(body: json)
    case ("POST", 4) where call.path[3] == "actions":
      let operation = try await engine.act(
        resourceID: call.path[2], action: try call.text("action"), client: call.client, idempotencyKey: call.idempotencyKey)
      return accepted(operation)
    case ("POST", 4) where call.path[3] == "refresh":
      let operation = try await engine.act(
        resourceID: call.path[2], action: nil, client: call.client, idempotencyKey: call.idempotencyKey)
      return accepted(operation)
    default: throw RequestError.notFound("there is no \(call.method) /\(call.path.joined(separator: "/"))")
    }
  }

  private func accepted(_ operation: OperationRecord) -> ServiceResponse {
    ServiceResponse(
      status: 202, headers: ["operation-location": "/v1/operations/\(operation.id)"], body: Views.operation(operation, stack: ""))
  }
}
