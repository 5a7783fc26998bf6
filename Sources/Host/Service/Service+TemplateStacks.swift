internal import Engine
internal import JSON
internal import Store

extension Service {
  /// `/v1/stacks`: stacks from templates, with CloudFormation's field names.
  func templateStacks(_ call: Call) async throws -> ServiceResponse {
    if call.path.count >= 4 && call.path[3] == "change-sets" { return try await changeSets(call) }
    switch (call.method, call.path.count) {
    case ("GET", 2):
      let list = try await engine.read { try $0.liveStacks(kind: .template).filter { $0.parentID == nil } }
      return ServiceResponse(body: ["StackSummaries": .array(list.map { CloudFormationViews.summary($0) })])
    case ("GET", 3):
      let stack = try await stack(call)
      let (changeSet, operation) = try await engine.read { transaction in
        (
          try transaction.changeSets(of: stack.id).last { $0.executionStatus == .complete },
          try transaction.operations(stackID: stack.id).first { CloudFormationViews.operationType($0) != nil }
        )
      }
      return ServiceResponse(body: ["Stacks": [CloudFormationViews.stack(stack, changeSet: changeSet, operation: operation)]])
    case ("GET", 4): return try await describe(call, part: call.path[3])
    case ("POST", 2):
      return response(try await engine.createStack(try request(call, name: try call.text("name")), dryRun: call.flag("dry_run")), stack: try call.text("name"))
    case ("POST", 3):
      return response(try await engine.updateStack(try request(call, name: call.path[2]), dryRun: call.flag("dry_run")), stack: call.path[2])
    case ("POST", 4): return try await change(call, call.path[3])
    case ("DELETE", 3):
      let request = Engine.DeleteRequest(
        kind: .template, name: call.path[2], finalSnapshot: call.query["final_snapshot"].map { $0 == "true" },
        retained: Set((call.query["retain"] ?? "").split(separator: ",").map(String.init)), client: call.client, idempotencyKey: call.idempotencyKey)
      return response(try await engine.delete(request, dryRun: call.flag("dry_run")), stack: request.name)
    default: throw RequestError.notFound("there is no \(call.method) /\(call.path.joined(separator: "/"))")
    }
  }

  private func describe(_ call: Call, part: String) async throws -> ServiceResponse {
    let stack = try await stack(call)
    switch part {
    case "events":
      // Newest first, as the service gives them.
      let events = try await engine.read { try $0.allEvents(of: stack.id) }.filter { $0.type != "Cld::Operation" }
      return ServiceResponse(body: ["StackEvents": .array(CloudFormationViews.events(events, stack).reversed())])
    case "resources":
      let resources = try await engine.read { try $0.existingResources(of: stack.id) }
      return ServiceResponse(body: ["StackResources": .array(resources.map { CloudFormationViews.resource($0, stack) })])
    case "template":
      return ServiceResponse(body: ["TemplateBody": .string(try await engine.templateText(of: stack)), "StagesAvailable": ["Original"]])
    case "policy":
      return ServiceResponse(body: stack.settings.policy.map { ["StackPolicyBody": .string($0.text)] } ?? [:])
    default: throw RequestError.notFound("there is no \(call.method) /\(call.path.joined(separator: "/"))")
    }
  }

  private func change(_ call: Call, _ verb: String) async throws -> ServiceResponse {
    let name = call.path[2]
    switch verb {
    case "refresh":
      let operation = try await engine.refresh(.template, named: name, client: call.client, idempotencyKey: call.idempotencyKey)
      return response(.operation(operation), stack: name)
    case "rollback":
      let skipped = Set((call.body["skip"]?.array ?? []).compactMap(\.string))
      let operation = try await engine.rollBackStack(
        named: name, skipping: skipped, client: call.client, idempotencyKey: call.idempotencyKey)
      return response(.operation(operation), stack: name)
    case "cancel":
      let operation = try await engine.cancelChange(ofStack: name)
      return response(.operation(operation), stack: name)
    case "protection":
      try await engine.setProtection(ofStack: name, to: call.body["protected"] == true)
      return ServiceResponse(body: [:])
    case "policy":
      let policy = call.body["policy"] ?? .null
      try await engine.setPolicy(ofStack: name, to: policy.isNull ? JSON?.none : policy)
      return ServiceResponse(body: [:])
    default: throw RequestError.notFound("there is no \(call.method) /\(call.path.joined(separator: "/"))")
    }
  }

  /// A stack by its name, also one that is gone when it is named by its id.
  private func stack(_ call: Call) async throws -> StackRecord {
    let name = call.path[2]
    // An id in CloudFormation's form has slashes: arn:...:stack/NAME/ID.
    let id = name.split(separator: "/").last.map(String.init) ?? name
    let stack = try await engine.read { try $0.liveStack(kind: .template, name: name) ?? $0.stack(id: id) }
    guard let stack, stack.kind == .template else { throw RequestError.notFound("there is no stack '\(name)': `cld stack list` shows them") }
    return stack
  }

  func request(_ call: Call, name: String) throws -> TemplateRequest {
    TemplateRequest(
      name: name, file: call.body["file"]?.string, folder: call.body["folder"]?.string, text: call.body["text"]?.string,
      parameters: (call.body["parameters"]?.object ?? [:]).compactMapValues(\.string),
      keptParameters: Set((call.body["kept_parameters"]?.array ?? []).compactMap(\.string)),
      capabilities: (call.body["capabilities"]?.array ?? []).compactMap(\.string),
      onFailure: call.body["on_failure"]?.string ?? "rollback", client: call.client, idempotencyKey: call.idempotencyKey)
  }
}
