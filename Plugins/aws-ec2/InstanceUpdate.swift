internal import AWSDriver
internal import JSON
internal import PluginKit

/// How an instance is changed without being stopped: its security groups, its role and its tags.
enum InstanceUpdate {
  @Sendable static func run(_ step: Step) throws -> Done {
    guard let instance = try Instance.find(step), Instance.isThere(instance), let id = instance["instanceId"]?.string else {
      throw step.gone("instance")
    }
    if step.changes("SecurityGroupIds") {
      let groups = try step.desired["SecurityGroupIds"] ?? [defaultGroup(step, of: instance["vpcId"])]
      _ = try step.ask(
        .ec2, "ModifyInstanceAttribute", ["InstanceId": .string(id), "GroupId": groups], select: ["/return"])
    }
    if step.changes("IamInstanceProfile") { try setProfile(step, id, step.desired["IamInstanceProfile"]) }
    try EC2Tags.update(step, of: id)
    return .ready(id: id, attributes: Instance.attributes(instance))
  }

  /// What an instance gets when it is started without groups.
  private static func defaultGroup(_ step: Step, of vpc: JSON?) throws -> JSON {
    let filters: JSON = [["Name": "group-name", "Value": ["default"]], ["Name": "vpc-id", "Value": [vpc ?? .null]]]
    let found = try step.ask(.ec2, "DescribeSecurityGroups", ["Filter": filters], select: ["/securityGroupInfo/*/groupId", "/securityGroupInfo/*/vpcId"])
    guard let group = found["securityGroupInfo"].items().first(where: { $0["vpcId"] == vpc })?["groupId"] else {
      throw Failure(.notFound, "the instance's VPC has no default security group; name groups in SecurityGroupIds", property: "/SecurityGroupIds")
    }
    return group
  }

  /// Each call makes an association with an id of its own, so that one whose reply is lost is looked for.
  private static func setProfile(_ step: Step, _ id: String, _ wanted: JSON?) throws {
    for _ in 0..<2 {
      let now = try association(step, id)
      guard let wanted else {
        guard let now else { return }
        let dropped: JSON = ["AssociationId": now["associationId"] ?? .null]
        _ = try step.askIfFound(.ec2, "DisassociateIamInstanceProfile", dropped, select: ["/iamInstanceProfileAssociation/state"])
        return
      }
      let kept = ["/iamInstanceProfileAssociation/associationId"]
      if let now {
        guard InstanceProperties.profile(now["iamInstanceProfile"]) != wanted.string else { return }
        let parameters: JSON = ["AssociationId": now["associationId"] ?? .null, "IamInstanceProfile": ["Name": wanted]]
        if try step.askOrLost(.ec2, "ReplaceIamInstanceProfileAssociation", parameters, select: kept) != nil { return }
      } else {
        let parameters: JSON = ["InstanceId": .string(id), "IamInstanceProfile": ["Name": wanted]]
        if try step.askOrLost(.ec2, "AssociateIamInstanceProfile", parameters, select: kept) != nil { return }
      }
    }
    throw Failure(.unavailable, "the replies to changes of the instance profile of \(id) are lost")
  }

  private static func association(_ step: Step, _ id: String) throws -> JSON? {
    let answer = try step.ask(
      .ec2, "DescribeIamInstanceProfileAssociations", ["Filter": [["Name": "instance-id", "Value": [.string(id)]]]],
      select: ["/iamInstanceProfileAssociationSet"])
    return answer["iamInstanceProfileAssociationSet"].items().first { ["associated", "associating"].contains($0["state"]?.string) }
  }
}
