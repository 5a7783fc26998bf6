internal import AWSDriver
internal import JSON
internal import PluginKit

/// `AWS::EC2::Instance`.
enum Instance {
  static let handlers = awsType(
    "AWS::EC2::Instance",
    [
      "create": create, "read": read, "update": InstanceUpdate.run, "delete": delete, "list": list, "action:start": start, "action:stop": stop,
      "action:reboot": reboot,
    ])

  @Sendable private static func create(_ step: Step) throws -> Done {
    let parameters = try launch(step)
    // Looked for first: the token holds within one operation, and an earlier attempt may have started it.
    if let found = try find(step), let id = found["instanceId"]?.string, isThere(found) {
      return step.pending(id: id, "the instance starts", attributes: attributes(found))
    }
    // After a lost reply the token would do on AWS, for emulators the tags have to.
    let instance = try step.untilKnown({ try run(step, parameters).map { $0["instancesSet"].items().first ?? .null } }, else: { try find(step) })
    guard let id = instance["instanceId"]?.string else {
      throw Failure(.internal, "RunInstances answered no instance")
    }
    return step.pending(id: id, "the instance starts", attributes: attributes(instance))
  }

  private static func run(_ step: Step, _ parameters: JSON) throws -> JSON? {
    do {
      return try step.askOrLost(.ec2, "RunInstances", parameters, select: parts.map { "/instancesSet/*/\($0)" })
    } catch let error as AWSError
      where error.isOne(of: "InvalidParameterValue") && error.message.lowercased().contains("instance profile")
    {
      // EC2 sees a new instance profile some seconds after IAM has it.
      throw step.retry(afterMilliseconds: 2000, error.message)
    }
  }

  private static func launch(_ step: Step) throws -> JSON {
    var parameters = step.given("ImageId", "InstanceType", "KeyName", "SubnetId", "UserData")
    _ = try step.required("ImageId")
    parameters["MinCount"] = 1
    parameters["MaxCount"] = 1
    parameters["SecurityGroupId"] = step.properties["SecurityGroupIds"]
    if let profile = step.properties["IamInstanceProfile"] { parameters["IamInstanceProfile"] = ["Name": profile] }
    parameters["ClientToken"] = step.token("run")
    let named: JSON = step.tagList()
    parameters["TagSpecification"] = [
      ["ResourceType": "instance", "Tag": named], ["ResourceType": "volume", "Tag": named],
    ]
    return .object(parameters)
  }

  @Sendable private static func read(_ step: Step) throws -> Done {
    guard let instance = try find(step), let id = instance["instanceId"]?.string else { return .absent }
    let state = instance["instanceState"]?["name"]?.string ?? "unknown"
    let known = attributes(instance)
    let actual = InstanceProperties.actual(step, instance)
    switch (state, step.awaiting) {
    case ("terminated", let awaiting) where awaiting == "create":
      let why = instance["stateReason"]?["message"]?.string ?? "it was terminated"
      return .failed("the instance \(id) did not start: \(why)", id: id, attributes: known)
    case ("terminated", _): return .absent
    case ("running", "delete"), ("stopped", "delete"): return .ready(id: id, attributes: known)
    case ("running", "action:stop"), ("pending", _), ("stopping", _), ("shutting-down", _), ("stopped", "action:start"),
      ("stopped", "create"):
      return step.pending(id: id, "the instance is \(state)", attributes: known, properties: actual)
    default: return .ready(id: id, attributes: known, properties: actual)
    }
  }

  @Sendable private static func delete(_ step: Step) throws -> Done {
    guard let id = try step.current.id ?? find(step)?["instanceId"]?.string else { return .absent }
    let parameters: JSON = ["InstanceId": [.string(id)]]
    guard try step.askIfFound(.ec2, "TerminateInstances", parameters, select: ["/instancesSet"]) != nil else { return .absent }
    return step.pending(id: id, "the instance shuts down")
  }

  @Sendable private static func start(_ step: Step) throws -> Done { try act(step, "StartInstances") }
  @Sendable private static func stop(_ step: Step) throws -> Done { try act(step, "StopInstances") }
  @Sendable private static func reboot(_ step: Step) throws -> Done { try act(step, "RebootInstances") }

  private static func act(_ step: Step, _ call: String) throws -> Done {
    guard let id = step.current.id else { throw Failure(.notFound, "the instance has no id yet") }
    _ = try step.ask(.ec2, call, ["InstanceId": [.string(id)]], select: ["/instancesSet", "/return"])
    return step.pending(id: id, "\(call) was accepted")
  }

  /// Whether it is not on its way out.
  static func isThere(_ instance: JSON) -> Bool {
    !["shutting-down", "terminated"].contains(instance["instanceState"]?["name"]?.string)
  }

  static func find(_ step: Step) throws -> JSON? {
    var query: JSON = [:]
    if let id = step.current.id {
      query["InstanceId"] = [.string(id)]
    } else {
      let alive: JSON = ["Name": "instance-state-name", "Value": ["pending", "running", "stopping", "stopped", "shutting-down"]]
      query["Filter"] = .array(tagFilters(step.tags) + [alive])
    }
    let kept = step.parts(parts + ["stateReason"], forRefresh: InstanceProperties.parts).map { "/reservationSet/*/instancesSet/*/\($0)" }
    guard let answer = try step.askIfFound(.ec2, "DescribeInstances", query, select: kept) else { return nil }
    let instances = answer["reservationSet"].items().flatMap { $0["instancesSet"].items() }
    return instances.first { step.current.id != nil || step.owns(tagMap($0["tagSet"])) }
  }

  /// What has these tags and is not on its way out.
  @Sendable private static func list(_ step: Step) throws -> Done {
    let tags = tagMap(step.input["tags"])
    // Without a tag every instance of the account would be listed.
    guard !tags.isEmpty else { throw Failure(.badRequest, "a list of instances needs tags") }
    let alive: JSON = ["Name": "instance-state-name", "Value": ["pending", "running", "stopping", "stopped"]]
    var query: JSON = ["Filter": .array(tagFilters(tags) + [alive])]
    query["NextToken"] = step.input["cursor"]
    let kept = ["instanceId", "tagSet"].map { "/reservationSet/*/instancesSet/*/\($0)" } + ["/nextToken"]
    let answer = try step.ask(.ec2, "DescribeInstances", query, select: kept)
    let reservations = try step.member("reservationSet", of: answer, "DescribeInstances").items()
    let items = reservations.flatMap { $0["instancesSet"].items() }.compactMap { instance -> JSON? in
      guard let id = instance["instanceId"] else { return nil }
      return ["id": id, "tags": .object(tagMap(instance["tagSet"]).mapValues { .string($0) })]
    }
    return .items(items, cursor: answer["nextToken"]?.string.flatMap { $0.isEmpty ? nil : $0 })
  }

  private static let parts = [
    "instanceId", "instanceState", "privateIpAddress", "ipAddress", "privateDnsName", "placement", "tagSet", "vpcId",
  ]

  static func attributes(_ instance: JSON) -> JSON {
    let attributes: JSON = [
      "InstanceId": instance["instanceId"] ?? .null, "PrivateIp": instance["privateIpAddress"] ?? .null,
      "PublicIp": instance["ipAddress"] ?? .null, "PrivateDnsName": instance["privateDnsName"] ?? .null,
      "AvailabilityZone": instance["placement"]?["availabilityZone"] ?? .null,
      "Status": instance["instanceState"]?["name"] ?? .null,
    ]
    return attributes.withoutNulls()
  }
}
