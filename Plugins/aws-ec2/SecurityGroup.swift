internal import AWSDriver
internal import JSON
internal import PluginKit

/// `AWS::EC2::SecurityGroup`.
enum SecurityGroup {
  static let handlers = awsType(
    "AWS::EC2::SecurityGroup", ["create": create, "read": read, "update": update, "delete": delete])

  @Sendable private static func create(_ step: Step) throws -> Done {
    let name = step.name("GroupName")
    var parameters: [String: JSON] = [
      "GroupName": .string(name), "GroupDescription": .string(step.text("GroupDescription") ?? name),
      "TagSpecification": [["ResourceType": "security-group", "Tag": step.tagList()]],
    ]
    parameters["VpcId"] = step.properties["VpcId"]
    let id: String
    do {
      let answer = try step.ask(.ec2, "CreateSecurityGroup", .object(parameters), select: ["/groupId"])
      guard let created = answer["groupId"]?.string else {
        throw Failure(.internal, "CreateSecurityGroup answered no group id")
      }
      id = created
    } catch let error as AWSError where error.isOne(of: "InvalidGroup.Duplicate") {
      id = try adopt(step, name)
    }
    step.report(id: id)
    try admit(step, id, step.properties["SecurityGroupIngress"].items())
    return .ready(id: id, attributes: ["GroupId": .string(id)])
  }

  private static func admit(_ step: Step, _ id: String, _ rules: [JSON]) throws {
    guard !rules.isEmpty else { return }
    do {
      _ = try step.ask(.ec2, "AuthorizeSecurityGroupIngress", permissions(id, rules), select: ["/return"])
    } catch let error as AWSError where error.isOne(of: "InvalidPermission.Duplicate") {
      // From an attempt before. EC2 takes all or none, so of several each is tried by itself.
      guard rules.count > 1 else { return }
      for rule in rules { try admit(step, id, [rule]) }
    }
  }

  private static func revoke(_ step: Step, _ id: String, _ rules: [JSON]) throws {
    guard !rules.isEmpty else { return }
    do {
      _ = try step.ask(.ec2, "RevokeSecurityGroupIngress", permissions(id, rules), select: ["/return"])
    } catch let error as AWSError where error.isOne(of: "InvalidPermission.NotFound") {
      guard rules.count > 1 else { return }
      for rule in rules { try revoke(step, id, [rule]) }
    }
  }

  private static func permissions(_ id: String, _ rules: [JSON]) -> JSON {
    ["GroupId": .string(id), "IpPermissions": .array(rules.map(Permission.parameters))]
  }

  private static func adopt(_ step: Step, _ name: String) throws -> String {
    var filters: [JSON] = [["Name": "group-name", "Value": [.string(name)]]]
    if let vpc = step.properties["VpcId"] { filters.append(["Name": "vpc-id", "Value": [vpc]]) }
    let found = try step.ask(.ec2, "DescribeSecurityGroups", ["Filter": .array(filters)], select: parts)
    let group = found["securityGroupInfo"].items().first { $0["groupName"]?.string == name }
    try step.requireOwnership(of: "security group", named: name, tags: tagMap(group?["tagSet"]))
    guard let id = group?["groupId"]?.string else { throw Failure(.internal, "a security group without an id") }
    return id
  }

  @Sendable private static func read(_ step: Step) throws -> Done {
    guard let group = try find(step), let id = group["groupId"]?.string else { return .absent }
    let actual = step.actual { actual in
      actual.set(["Tags": group["tagSet"].map { step.userTags(tagMap($0)) }])
      // Further rules may be resources of their own, or another stack's: nothing shows whose they are.
      guard let asked = actual.asked("SecurityGroupIngress"), let permissions = group["ipPermissions"] else { return }
      actual.set(["SecurityGroupIngress": .array(asked.items().compactMap { Permission.find($0, in: permissions.items()) })])
    }
    return .ready(id: id, attributes: ["GroupId": .string(id)], properties: actual)
  }

  @Sendable private static func update(_ step: Step) throws -> Done {
    guard let id = try find(step)?["groupId"]?.string else { throw step.gone("security group") }
    let before = step.previous["SecurityGroupIngress"].items()
    let after = step.desired["SecurityGroupIngress"].items()
    // In this order: a rule of which only the description changes is the same one for EC2.
    try revoke(step, id, before.filter { !after.contains($0) })
    try admit(step, id, after.filter { !before.contains($0) })
    try EC2Tags.update(step, of: id)
    return .ready(id: id, attributes: ["GroupId": .string(id)])
  }

  @Sendable private static func delete(_ step: Step) throws -> Done {
    guard let id = try step.current.id ?? find(step)?["groupId"]?.string else { return .absent }
    // A network interface that is on its way out still holds its groups.
    try step.deleting(whileIn: ["DependencyViolation", "InvalidGroup.InUse"]) {
      _ = try step.ask(.ec2, "DeleteSecurityGroup", ["GroupId": .string(id)], select: ["/return"])
    }
    return .absent
  }

  private static func find(_ step: Step) throws -> JSON? {
    let query: JSON = step.current.id.map { ["GroupId": [.string($0)]] } ?? ["Filter": step.tagFilters]
    let kept = step.parts(parts, forRefresh: ["/securityGroupInfo/*/ipPermissions"])
    guard let found = try step.askIfFound(.ec2, "DescribeSecurityGroups", query, select: kept) else { return nil }
    return found["securityGroupInfo"].items().first { step.current.id != nil || step.owns(tagMap($0["tagSet"])) }
  }

  private static let parts = ["groupId", "groupName", "vpcId", "tagSet"].map { "/securityGroupInfo/*/\($0)" }
}
