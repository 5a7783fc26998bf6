internal import AWSDriver
internal import JSON
internal import PluginKit

/// `AWS::ElasticLoadBalancingV2::LoadBalancer`.
enum LoadBalancer {
  static let handlers = awsType(
    "AWS::ElasticLoadBalancingV2::LoadBalancer", ["create": create, "read": read, "update": update, "delete": delete])

  @Sendable private static func create(_ step: Step) throws -> Done {
    let name = step.name("Name")
    // CreateLoadBalancer answers one with the same name and settings whoever made it, so look first.
    if let found = try find(step) {
      try step.requireOwnership(of: "load balancer", named: name, tags: try BalancerTags.of(found["LoadBalancerArn"], step))
      return try pending(step, found)
    }
    var parameters = step.given("Subnets", "SecurityGroups", "Scheme", "Type", "IpAddressType")
    parameters["Name"] = .string(name)
    parameters["Tags"] = step.tagList()
    do {
      let answer = try step.ask(.elb, "CreateLoadBalancer", .object(parameters))
      return try pending(step, answer["LoadBalancers"].items().first ?? .null)
    } catch let error as AWSError where error.isOne(of: "DuplicateLoadBalancerName") {
      // One of another's, or ours from an attempt whose reply was lost.
      guard let found = try find(step) else { throw error }
      try step.requireOwnership(of: "load balancer", named: name, tags: try BalancerTags.of(found["LoadBalancerArn"], step))
      return try pending(step, found)
    }
  }

  private static func pending(_ step: Step, _ balancer: JSON) throws -> Done {
    guard let arn = balancer["LoadBalancerArn"]?.string else {
      throw Failure(.internal, "Elastic Load Balancing answered a load balancer without an ARN")
    }
    return step.pending(id: arn, "the load balancer is provisioned", attributes: attributes(balancer))
  }

  @Sendable private static func read(_ step: Step) throws -> Done {
    guard let balancer = try ours(step) else { return .absent }
    let id = balancer["LoadBalancerArn"]?.string
    let state = balancer["State"]?["Code"]?.string ?? "active"
    if step.awaitsDelete { return step.pending(id: id, "the load balancer is deleted") }
    switch state {
    case "active", "active_impaired": return .ready(id: id, attributes: attributes(balancer), properties: try actual(step, balancer))
    case "failed":
      let why = balancer["State"]?["Reason"]?.string ?? "AWS gives no reason"
      return .failed("the load balancer could not be provisioned: \(why)", id: id, attributes: attributes(balancer))
    default: return step.pending(id: id, "the load balancer is \(state)", attributes: attributes(balancer))
    }
  }

  /// Its properties as the service shows them, for a refresh.
  private static func actual(_ step: Step, _ balancer: JSON) throws -> JSON? {
    try step.actual { actual in
      for name in ["Scheme", "Type", "IpAddressType", "SecurityGroups"] { actual.set([name: balancer[name]]) }
      actual.set(["Subnets": balancer["AvailabilityZones"].map { .array($0.items().compactMap { $0["SubnetId"] }) }])
      if actual.asks(for: "Tags") { actual.set(["Tags": try step.ifAllowed { step.userTags(try BalancerTags.of(balancer["LoadBalancerArn"], step)) }]) }
    }
  }

  @Sendable private static func update(_ step: Step) throws -> Done {
    guard let balancer = try ours(step), let arn = balancer["LoadBalancerArn"]?.string else { throw step.gone("load balancer") }
    let named = JSON.string(arn)
    if step.changes("Subnets"), let subnets = step.desired["Subnets"] {
      _ = try step.ask(.elb, "SetSubnets", ["LoadBalancerArn": named, "Subnets": subnets], select: [])
    }
    if step.changes("SecurityGroups") {
      guard let groups = step.desired["SecurityGroups"] else {
        throw Failure(.badRequest, "a load balancer that has security groups keeps some; name them", property: "/SecurityGroups")
      }
      _ = try step.ask(.elb, "SetSecurityGroups", ["LoadBalancerArn": named, "SecurityGroups": groups], select: [])
    }
    if step.changes("IpAddressType") {
      let type = step.desired["IpAddressType"] ?? "ipv4"
      _ = try step.ask(.elb, "SetIpAddressType", ["LoadBalancerArn": named, "IpAddressType": type], select: [])
    }
    try BalancerTags.update(step, of: arn)
    return try pending(step, balancer)
  }

  @Sendable private static func delete(_ step: Step) throws -> Done {
    guard let arn = try step.current.id ?? ours(step)?["LoadBalancerArn"]?.string else { return .absent }
    try step.deleting(whileIn: ["ResourceInUse"]) {
      _ = try step.ask(.elb, "DeleteLoadBalancer", ["LoadBalancerArn": .string(arn)])
    }
    return .absent
  }

  private static func ours(_ step: Step) throws -> JSON? {
    guard let found = try find(step) else { return nil }
    if step.current.id == nil, !step.owns(try BalancerTags.of(found["LoadBalancerArn"], step)) { return nil }
    return found
  }

  private static func find(_ step: Step) throws -> JSON? {
    let query: JSON =
      step.current.id.map { ["LoadBalancerArns": [.string($0)]] } ?? ["Names": [.string(step.name("Name"))]]
    return try step.askIfFound(.elb, "DescribeLoadBalancers", query)?["LoadBalancers"].items().first
  }

  private static func attributes(_ balancer: JSON) -> JSON {
    let arn = balancer["LoadBalancerArn"]?.string ?? ""
    // `arn:…:loadbalancer/app/NAME/ID`: what metrics call it is the part after `loadbalancer/`.
    let full = arn.split(separator: "/").dropFirst().joined(separator: "/")
    let attributes: JSON = [
      "LoadBalancerArn": .string(arn), "DNSName": balancer["DNSName"] ?? .null,
      "CanonicalHostedZoneID": balancer["CanonicalHostedZoneId"] ?? .null, "LoadBalancerName": balancer["LoadBalancerName"] ?? .null,
      "LoadBalancerFullName": .string(full),
    ]
    return attributes.withoutNulls()
  }
}
