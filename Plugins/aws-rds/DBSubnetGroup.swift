internal import AWSDriver
internal import JSON
internal import PluginKit

/// `AWS::RDS::DBSubnetGroup`.
enum DBSubnetGroup {
  static let handlers = awsType("AWS::RDS::DBSubnetGroup", ["create": create, "read": read, "update": update, "delete": delete])

  @Sendable private static func create(_ step: Step) throws -> Done {
    let name = step.name("DBSubnetGroupName")
    // Looked for first: emulators write over a group of that name where RDS says DBSubnetGroupAlreadyExists.
    if let found = try find(step, name) { return try adopt(step, found, name) }
    do {
      let answer = try step.ask(
        .rds, "CreateDBSubnetGroup",
        [
          "DBSubnetGroupName": .string(name),
          "DBSubnetGroupDescription": .string(step.text("DBSubnetGroupDescription") ?? name),
          "SubnetIds": step.properties["SubnetIds"] ?? [], "Tags": step.tagList(),
        ], select: ["/DBSubnetGroup/DBSubnetGroupName", "/DBSubnetGroup/DBSubnetGroupArn"])
      return .ready(id: name, attributes: attributes(answer["DBSubnetGroup"] ?? .null))
    } catch let error as AWSError where error.isOne(of: "DBSubnetGroupAlreadyExists") {
      guard let found = try find(step, name) else { throw error }
      return try adopt(step, found, name)
    }
  }

  private static func adopt(_ step: Step, _ group: JSON, _ name: String) throws -> Done {
    try step.requireOwnership(of: "DB subnet group", named: name, tags: try tags(step, group))
    return .ready(id: name, attributes: attributes(group))
  }

  @Sendable private static func read(_ step: Step) throws -> Done {
    let name = step.current.id ?? step.name("DBSubnetGroupName")
    guard let group = try ours(step, name) else { return .absent }
    return .ready(id: name, attributes: attributes(group), properties: try actual(step, group))
  }

  /// Its properties as RDS shows them, for a refresh.
  private static func actual(_ step: Step, _ group: JSON) throws -> JSON? {
    try step.actual { actual in
      let subnets = group["Subnets"].map { JSON.array($0.items("Subnet").compactMap { $0["SubnetIdentifier"] }) }
      actual.set(["DBSubnetGroupDescription": group["DBSubnetGroupDescription"], "SubnetIds": subnets])
      if actual.asks(for: "Tags") { actual.set(["Tags": try step.ifAllowed { step.userTags(try tags(step, group)) }]) }
    }
  }

  @Sendable private static func update(_ step: Step) throws -> Done {
    let name = step.current.id ?? step.name("DBSubnetGroupName")
    guard let group = try ours(step, name) else { throw step.gone("DB subnet group") }
    if step.changes("DBSubnetGroupDescription", "SubnetIds") {
      let parameters: JSON = [
        "DBSubnetGroupName": .string(name), "DBSubnetGroupDescription": .string(step.text("DBSubnetGroupDescription") ?? name),
        "SubnetIds": step.desired["SubnetIds"] ?? [],
      ]
      _ = try step.ask(.rds, "ModifyDBSubnetGroup", parameters, select: ["/DBSubnetGroup/DBSubnetGroupName"])
    }
    try DBTags.update(step, of: group["DBSubnetGroupArn"])
    return .ready(id: name, attributes: attributes(group))
  }

  @Sendable private static func delete(_ step: Step) throws -> Done {
    let name = step.current.id ?? step.name("DBSubnetGroupName")
    if step.current.id == nil { guard try ours(step, name) != nil else { return .absent } }
    try step.deleting(whileIn: ["InvalidDBSubnetGroupStateFault", "InvalidDBSubnetStateFault"]) {
      _ = try step.ask(.rds, "DeleteDBSubnetGroup", ["DBSubnetGroupName": .string(name)])
    }
    return .absent
  }

  private static func ours(_ step: Step, _ name: String) throws -> JSON? {
    guard let group = try find(step, name) else { return nil }
    if step.current.id == nil, !step.owns(try tags(step, group)) { return nil }
    return group
  }

  private static func find(_ step: Step, _ name: String) throws -> JSON? {
    let answer = try step.askIfFound(.rds, "DescribeDBSubnetGroups", ["DBSubnetGroupName": .string(name)])
    return answer?["DBSubnetGroups"].items("DBSubnetGroup").first
  }

  private static func tags(_ step: Step, _ group: JSON) throws -> [String: String] {
    guard let arn = group["DBSubnetGroupArn"] else { return [:] }
    let answer = try step.ask(.rds, "ListTagsForResource", ["ResourceName": arn])
    return tagMap(try step.member("TagList", of: answer, "ListTagsForResource"))
  }

  private static func attributes(_ group: JSON) -> JSON {
    JSON.object(["DBSubnetGroupArn": group["DBSubnetGroupArn"] ?? .null]).withoutNulls()
  }
}
