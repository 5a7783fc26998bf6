internal import AWSDriver
internal import JSON
internal import PluginKit

/// `AWS::ElasticLoadBalancingV2::Listener`: known by its load balancer and port.
enum Listener {
  static let handlers = awsType(
    "AWS::ElasticLoadBalancingV2::Listener", ["create": create, "read": read, "update": update, "delete": delete])

  @Sendable private static func create(_ step: Step) throws -> Done {
    var parameters = step.given("LoadBalancerArn", "Port", "Protocol", "DefaultActions")
    _ = try step.required("LoadBalancerArn")
    parameters["Tags"] = step.tagList()
    // Looked for first: emulators make a second one where AWS says DuplicateListener.
    if let found = try find(step) { return try adopt(step, found) }
    do {
      return try step.untilKnown(
        { try step.askOrLost(.elb, "CreateListener", .object(parameters)).map { try ready($0["Listeners"].items().first) } },
        else: { try find(step).map { try adopt(step, $0) } })
    } catch let error as AWSError where error.isOne(of: "DuplicateListener") {
      guard let found = try find(step) else { throw error }
      return try adopt(step, found)
    }
  }

  private static func adopt(_ step: Step, _ listener: JSON) throws -> Done {
    try step.requireOwnership(
      of: "listener", named: "on port \(step.text("Port") ?? "")", tags: try BalancerTags.of(listener["ListenerArn"], step))
    return try ready(listener)
  }

  private static func ready(_ listener: JSON?, _ actual: JSON? = nil) throws -> Done {
    guard let arn = listener?["ListenerArn"]?.string else { throw Failure(.internal, "a listener without an ARN") }
    return .ready(id: arn, attributes: ["ListenerArn": .string(arn)], properties: actual)
  }

  @Sendable private static func read(_ step: Step) throws -> Done {
    guard let listener = try ours(step) else { return .absent }
    let actual = try step.actual { actual in
      let actions = listener["DefaultActions"].map { actions in
        JSON.array(actions.items().map { JSON.object(["Type": $0["Type"] ?? .null, "TargetGroupArn": $0["TargetGroupArn"] ?? .null]).withoutNulls() })
      }
      actual.set(["Port": listener["Port"], "Protocol": listener["Protocol"], "DefaultActions": actions])
      if actual.asks(for: "Tags") { actual.set(["Tags": try step.ifAllowed { step.userTags(try BalancerTags.of(listener["ListenerArn"], step)) }]) }
    }
    return try ready(listener, actual)
  }

  @Sendable private static func update(_ step: Step) throws -> Done {
    guard let listener = try ours(step), let arn = listener["ListenerArn"]?.string else { throw step.gone("listener") }
    if step.changes("Port", "Protocol", "DefaultActions") {
      var parameters = step.given("Port", "Protocol", "DefaultActions")
      parameters["ListenerArn"] = .string(arn)
      _ = try step.ask(.elb, "ModifyListener", .object(parameters), select: [])
    }
    try BalancerTags.update(step, of: arn)
    return try ready(listener)
  }

  @Sendable private static func delete(_ step: Step) throws -> Done {
    guard let arn = try step.current.id ?? ours(step)?["ListenerArn"]?.string else { return .absent }
    try step.deleting(whileIn: ["ResourceInUse"]) {
      _ = try step.ask(.elb, "DeleteListener", ["ListenerArn": .string(arn)])
    }
    return .absent
  }

  private static func ours(_ step: Step) throws -> JSON? {
    guard let found = try find(step) else { return nil }
    if step.current.id == nil, !step.owns(try BalancerTags.of(found["ListenerArn"], step)) { return nil }
    return found
  }

  private static func find(_ step: Step) throws -> JSON? {
    if let id = step.current.id {
      return try step.askIfFound(.elb, "DescribeListeners", ["ListenerArns": [.string(id)]])?["Listeners"].items().first
    }
    let query: JSON = ["LoadBalancerArn": .string(try step.required("LoadBalancerArn"))]
    let port = step.text("Port")
    let found = try step.askIfFound(.elb, "DescribeListeners", query)
    return found?["Listeners"].items().first { $0["Port"]?.scalarText == port }
  }
}
