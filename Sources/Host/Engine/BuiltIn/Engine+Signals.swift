public import JSON
internal import Store
internal import Templates

/// What things that the host has made tell it, and ask of it.
extension Engine {
  /// Says where signals are taken from now on.
  public func setSignalAddress(listen: String, url: String?) async throws -> String {
    try await context.signals.move(toListen: listen, url: url)
  }

  /// Takes a signal that came to a wait condition's handle.
  /// - Parameters:
  ///   - path: the parts of the address's path.
  ///   - body: {"Status": "SUCCESS"|"FAILURE", "Reason", "UniqueId", "Data"} (CloudFormation user guide, "Wait condition signal JSON format").
  public func receiveSignal(path: [String], body: JSON) async throws {
    guard let (stackID, resourceID) = SignalURL(vault: context.store.vault).resource(atPath: path) else {
      throw RequestError.permission("the address is not signed by this host")
    }
    guard let status = body["Status"]?.string, ["SUCCESS", "FAILURE"].contains(status) else {
      throw RequestError.usage("the signal needs a Status: SUCCESS or FAILURE")
    }
    guard let uniqueID = body["UniqueId"]?.scalarText, !uniqueID.isEmpty else { throw RequestError.usage("the signal needs a UniqueId") }
    guard let resource = try await context.store.read({ try $0.resource(id: resourceID) }), resource.stackID == stackID, resource.status.mayExist else {
      throw RequestError.notFound("nobody waits for signals at this address any more")
    }
    try await keep(
      SignalRecord(
        stackID: stackID, logicalID: resource.logicalID, resourceID: resourceID, uniqueID: uniqueID, isSuccess: status == "SUCCESS",
        reason: body["Reason"]?.scalarText, data: body["Data"]?.scalarText ?? body["Data"]?.text, createdAt: context.clock.seconds))
  }

  /// Answers a program on a thing that speaks as CloudFormation's helper scripts do: SignalResource and DescribeStackResource.
  /// - Returns: the answer in the service's JSON form.
  public func answerHelper(path: [String], query: [String: String]) async throws -> JSON {
    guard let stackID = SignalURL(vault: context.store.vault).stack(atPath: path) else {
      throw RequestError.permission("the address is not signed by this host")
    }
    let logicalID = query["LogicalResourceId"] ?? ""
    guard let stack = try await context.store.read({ try $0.stack(id: stackID) }),
      let resource = try await context.store.read({ try $0.resource(stackID: stackID, logicalID: logicalID) })
    else { throw RequestError.notFound("Resource \(logicalID) does not exist for stack \(query["StackName"] ?? "")") }
    switch query["Action"] {
    case "SignalResource":
      guard let status = query["Status"], ["SUCCESS", "FAILURE"].contains(status), let uniqueID = query["UniqueId"], !uniqueID.isEmpty else {
        throw RequestError.usage("SignalResource needs Status, SUCCESS or FAILURE, and UniqueId")
      }
      try await keep(
        SignalRecord(
          stackID: stackID, logicalID: logicalID, resourceID: resource.id, uniqueID: uniqueID, isSuccess: status == "SUCCESS",
          createdAt: context.clock.seconds))
      return ["SignalResourceResponse": ["ResponseMetadata": ["RequestId": .string(uniqueID)]]]
    case "DescribeStackResource":
      let metadata = try await metadata(of: resource, stack)
      return [
        "DescribeStackResourceResponse": [
          "DescribeStackResourceResult": [
            "StackResourceDetail": [
              "StackName": .string(stack.name), "StackId": .string(CloudScope(json: stack.scope).map(stack.arn) ?? stack.id),
              // Seconds, as a number: that is what cfn-init reads.
              "LastUpdatedTimestamp": .int(resource.updatedAt), "LogicalResourceId": .string(logicalID), "ResourceType": .string(resource.type),
              "PhysicalResourceId": .string(resource.physicalID ?? ""), "ResourceStatus": .string(resource.status.rawValue),
              "Metadata": metadata.isNull ? .null : .string(metadata.text),
            ]
          ]
        ]
      ]
    default: throw RequestError.usage("the action '\(query["Action"] ?? "")' is not known here; SignalResource and DescribeStackResource are")
    }
  }

  private func keep(_ signal: SignalRecord) async throws {
    try await context.store.write { try $0.put(signal) }
    context.events.notify()
  }

  /// The resource's Metadata with references replaced by what is known now.
  private func metadata(of resource: ResourceRecord, _ stack: StackRecord) async throws -> JSON {
    let running = try await context.store.read { try $0.operations(stackID: stack.id, limit: 5) }.first { !$0.status.isFinal }
    let template = try Template(json: running.flatMap(UpdateInput.init)?.template ?? stack.template)
    guard let declared = template.resources[resource.logicalID], let scope = CloudScope(json: stack.scope) else { return .null }
    let resources = try await context.store.read { try $0.resources(of: stack.id) }
    do throws(EvaluationError) {
      return try declared.metadata.evaluated(with: Values(resources, pseudo: stack.pseudoParameters(scope)))
    } catch {
      throw RequestError.conflict("the metadata of \(resource.logicalID) is not known yet: \(error.description)")
    }
  }
}
