internal import AWSDriver
internal import JSON
internal import PluginKit

/// `AWS::ElasticLoadBalancingV2::TargetGroup`.
enum TargetGroup {
  static let handlers = awsType(
    "AWS::ElasticLoadBalancingV2::TargetGroup", ["create": create, "read": read, "update": update, "delete": delete])

  @Sendable private static func create(_ step: Step) throws -> Done {
    let name = step.name("Name")
    let group: JSON
    // CreateTargetGroup answers one with the same name and settings whoever made it, so look first.
    if let found = try find(step) {
      group = try adopt(step, found)
    } else {
      var parameters = step.given(
        "Protocol", "Port", "VpcId", "TargetType", "HealthCheckPath", "HealthCheckIntervalSeconds", "HealthCheckTimeoutSeconds",
        "HealthyThresholdCount", "UnhealthyThresholdCount", "Matcher")
      parameters["Name"] = .string(name)
      parameters["Tags"] = step.tagList()
      do {
        group = try step.ask(.elb, "CreateTargetGroup", .object(parameters))["TargetGroups"].items().first ?? .null
      } catch let error as AWSError where error.isOne(of: "DuplicateTargetGroupName") {
        // One of another's, or ours from an attempt whose reply was lost.
        guard let found = try find(step) else { throw error }
        group = try adopt(step, found)
      }
    }
    guard let arn = group["TargetGroupArn"]?.string else { throw Failure(.internal, "a target group without an ARN") }
    step.report(id: arn)
    if let settings = step.properties["TargetGroupAttributes"] {
      _ = try step.ask(
        .elb, "ModifyTargetGroupAttributes", ["TargetGroupArn": .string(arn), "Attributes": settings], select: [])
    }
    return .ready(id: arn, attributes: attributes(arn, name))
  }

  private static func adopt(_ step: Step, _ group: JSON) throws -> JSON {
    try step.requireOwnership(
      of: "target group", named: step.name("Name"), tags: try BalancerTags.of(group["TargetGroupArn"], step))
    return group
  }

  @Sendable private static func read(_ step: Step) throws -> Done {
    guard let group = try ours(step), let arn = group["TargetGroupArn"]?.string else { return .absent }
    let known = attributes(arn, group["TargetGroupName"]?.string ?? step.name("Name"))
    return .ready(id: arn, attributes: known, properties: try actual(step, group))
  }

  /// Its properties as the service shows them, for a refresh.
  private static func actual(_ step: Step, _ group: JSON) throws -> JSON? {
    try step.actual { actual in
      for name in ["Protocol", "Port", "VpcId", "TargetType", "Matcher"] + healthChecks.keys { actual.set([name: group[name]]) }
      if let asked = actual.asked("TargetGroupAttributes") {
        // The service shows all that there are.
        let keys = asked.items().map { $0["Key"] }
        let named: JSON = ["TargetGroupArn": group["TargetGroupArn"] ?? .null]
        let call = "DescribeTargetGroupAttributes"
        let there = try step.ifAllowed { try step.member("Attributes", of: step.ask(.elb, call, named), call) }
        actual.set(["TargetGroupAttributes": there.map { .array($0.items().filter { keys.contains($0["Key"]) }) }])
      }
      if actual.asks(for: "Tags") { actual.set(["Tags": try step.ifAllowed { step.userTags(try BalancerTags.of(group["TargetGroupArn"], step)) }]) }
    }
  }

  @Sendable private static func update(_ step: Step) throws -> Done {
    guard let group = try ours(step), let arn = group["TargetGroupArn"]?.string else { throw step.gone("target group") }
    var changes: [String: JSON] = [:]
    for (property, fallback) in healthChecks where step.changes(property) { changes[property] = step.desired[property] ?? fallback }
    if !changes.isEmpty {
      changes["TargetGroupArn"] = .string(arn)
      _ = try step.ask(.elb, "ModifyTargetGroup", .object(changes), select: [])
    }
    let settings = settings(step)
    if !settings.isEmpty {
      _ = try step.ask(
        .elb, "ModifyTargetGroupAttributes", ["TargetGroupArn": .string(arn), "Attributes": .array(settings)], select: [])
    }
    try BalancerTags.update(step, of: arn)
    return .ready(id: arn, attributes: attributes(arn, group["TargetGroupName"]?.string ?? step.name("Name")))
  }

  /// What is asked of the targets, and what groups for HTTP have without being told (API reference, `CreateTargetGroup`).
  private static let healthChecks: [String: JSON] = [
    "HealthCheckPath": "/", "HealthCheckIntervalSeconds": 30, "HealthCheckTimeoutSeconds": 5, "HealthyThresholdCount": 5,
    "UnhealthyThresholdCount": 2, "Matcher": ["HttpCode": "200"],
  ]

  /// The attributes that an update sets. One that is no longer given goes back to what groups have without being told, where that is known.
  private static func settings(_ step: Step) -> [JSON] {
    let before = step.previous["TargetGroupAttributes"].items()
    let after = step.desired["TargetGroupAttributes"].items()
    let kept = after.map { $0["Key"] }
    let reset = before.compactMap { $0["Key"]?.string }.filter { !kept.contains(.string($0)) }.sorted().compactMap { key in
      attributeDefaults[key].map { JSON.object(["Key": .string(key), "Value": .string($0)]) }
    }
    return after.filter { !before.contains($0) } + reset
  }

  /// From the API reference, `TargetGroupAttribute`.
  private static let attributeDefaults = [
    "deregistration_delay.timeout_seconds": "300", "stickiness.enabled": "false", "slow_start.duration_seconds": "0",
    "load_balancing.algorithm.type": "round_robin", "stickiness.lb_cookie.duration_seconds": "86400",
  ]

  @Sendable private static func delete(_ step: Step) throws -> Done {
    guard let arn = try step.current.id ?? ours(step)?["TargetGroupArn"]?.string else { return .absent }
    try step.deleting(whileIn: ["ResourceInUse"]) {
      _ = try step.ask(.elb, "DeleteTargetGroup", ["TargetGroupArn": .string(arn)])
    }
    return .absent
  }

  private static func ours(_ step: Step) throws -> JSON? {
    guard let found = try find(step) else { return nil }
    if step.current.id == nil, !step.owns(try BalancerTags.of(found["TargetGroupArn"], step)) { return nil }
    return found
  }

  private static func find(_ step: Step) throws -> JSON? {
    let query: JSON = step.current.id.map { ["TargetGroupArns": [.string($0)]] } ?? ["Names": [.string(step.name("Name"))]]
    return try step.askIfFound(.elb, "DescribeTargetGroups", query)?["TargetGroups"].items().first
  }

  private static func attributes(_ arn: String, _ name: String) -> JSON {
    ["TargetGroupArn": .string(arn), "TargetGroupName": .string(name)]
  }
}
