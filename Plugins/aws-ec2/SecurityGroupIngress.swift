internal import AWSDriver
internal import JSON
internal import PluginKit

/// `AWS::EC2::SecurityGroupIngress`: one rule, known by its group and what it admits. It belongs to the group that it names.
enum SecurityGroupIngress {
  static let handlers = awsType(
    "AWS::EC2::SecurityGroupIngress", ["create": create, "read": read, "update": update, "delete": delete])

  @Sendable private static func create(_ step: Step) throws -> Done {
    do {
      _ = try step.ask(.ec2, "AuthorizeSecurityGroupIngress", try parameters(step), select: ["/return"])
    } catch let error as AWSError where error.isOne(of: "InvalidPermission.Duplicate") {
      // The natural key: a rule that is there is this rule.
    }
    return .ready(id: try id(step), attributes: [:])
  }

  /// Only the description of a rule can be changed.
  @Sendable private static func update(_ step: Step) throws -> Done {
    guard try find(step) != nil else { throw step.gone("rule") }
    var rule = step.properties
    rule["Description"] = rule["Description"] ?? ""
    _ = try step.ask(
      .ec2, "UpdateSecurityGroupRuleDescriptionsIngress",
      ["GroupId": .string(try step.required("GroupId")), "IpPermissions": [Permission.parameters(rule)]], select: ["/return"])
    return .ready(id: try id(step), attributes: [:])
  }

  @Sendable private static func read(_ step: Step) throws -> Done {
    guard let rule = try find(step) else { return .absent }
    return .ready(id: try id(step), attributes: [:], properties: step.actual { $0.set(rule.object ?? [:]) })
  }

  /// The rule as EC2 has it.
  private static func find(_ step: Step) throws -> JSON? {
    let group = try step.required("GroupId")
    let found = try step.askIfFound(
      .ec2, "DescribeSecurityGroups", ["GroupId": [.string(group)]], select: ["/securityGroupInfo/*/ipPermissions"])
    return Permission.find(step.properties, in: found?["securityGroupInfo"].items().flatMap { $0["ipPermissions"].items() } ?? [])
  }

  @Sendable private static func delete(_ step: Step) throws -> Done {
    do {
      _ = try step.ask(.ec2, "RevokeSecurityGroupIngress", try parameters(step), select: ["/return"])
    } catch let error as AWSError where error.isNotFound {
      // The rule or its group is gone already.
    }
    return .absent
  }

  private static func parameters(_ step: Step) throws -> JSON {
    ["GroupId": .string(try step.required("GroupId")), "IpPermissions": [Permission.parameters(step.properties)]]
  }

  /// Group and source: both are values of the properties, as the host wants it of an id that no cloud gave.
  private static func id(_ step: Step) throws -> String {
    guard let source = Permission.source(step.properties) else {
      throw Failure(.badRequest, "a rule needs CidrIp, CidrIpv6 or SourceSecurityGroupId", property: "/CidrIp")
    }
    return try step.required("GroupId") + "|" + source
  }
}
