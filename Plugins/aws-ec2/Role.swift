internal import AWSDriver
internal import JSON
internal import PluginKit

/// `AWS::IAM::Role`.
enum Role {
  static let handlers = awsType("AWS::IAM::Role", ["create": create, "read": read, "update": RoleUpdate.run, "delete": delete])

  @Sendable private static func create(_ step: Step) throws -> Done {
    let name = step.name("RoleName")
    guard let trust = step.properties["AssumeRolePolicyDocument"] else {
      throw Failure(.badRequest, "a role needs AssumeRolePolicyDocument", property: "/AssumeRolePolicyDocument")
    }
    var parameters = step.given("Path", "Description", "MaxSessionDuration")
    parameters["RoleName"] = .string(name)
    parameters["AssumeRolePolicyDocument"] = trust.asDocument
    parameters["Tags"] = step.tagList()
    let role: JSON
    do {
      role = try step.ask(.iam, "CreateRole", .object(parameters), select: parts)
    } catch let error as AWSError where error.isOne(of: "EntityAlreadyExists") {
      role = try step.ask(.iam, "GetRole", ["RoleName": .string(name)], select: parts)
      try step.requireOwnership(of: "role", named: name, tags: tagMap(role["Role"]?["Tags"]))
    }
    step.report(id: name)
    for arn in step.properties["ManagedPolicyArns"].items() { try attach(step, arn, to: name) }
    for policy in step.properties["Policies"].items() { try put(step, policy, into: name) }
    return .ready(id: name, attributes: attributes(role["Role"]))
  }

  static func attach(_ step: Step, _ arn: JSON, to name: String) throws {
    _ = try step.ask(.iam, "AttachRolePolicy", ["RoleName": .string(name), "PolicyArn": arn], select: [])
  }

  /// Writes a policy of the role's own, over one of the same name.
  static func put(_ step: Step, _ policy: JSON, into name: String) throws {
    let parameters: JSON = [
      "RoleName": .string(name), "PolicyName": policy["PolicyName"] ?? "policy", "PolicyDocument": (policy["PolicyDocument"] ?? .null).asDocument,
    ]
    _ = try step.ask(.iam, "PutRolePolicy", parameters, select: [])
  }

  @Sendable private static func read(_ step: Step) throws -> Done {
    guard let role = try find(step) else { return .absent }
    return .ready(id: role.name, attributes: attributes(role.body), properties: try RoleProperties.actual(step, role.name, role.body))
  }

  /// The role of the recorded id, or the one of our name if it has our tags.
  static func find(_ step: Step) throws -> (name: String, body: JSON)? {
    let name = step.current.id ?? step.name("RoleName")
    let kept = step.parts(parts, forRefresh: RoleProperties.parts)
    guard let answer = try step.askIfFound(.iam, "GetRole", ["RoleName": .string(name)], select: kept) else { return nil }
    guard let role = answer["Role"], role["Arn"]?.string != nil else { throw Failure(.internal, "IAM answered a role without an ARN") }
    if step.current.id == nil, !step.owns(tagMap(role["Tags"])) { return nil }
    return (name, role)
  }

  @Sendable private static func delete(_ step: Step) throws -> Done {
    guard let name = try step.current.id ?? find(step)?.name else { return .absent }
    let named: JSON = ["RoleName": .string(name)]
    guard let attached = try step.askIfFound(.iam, "ListAttachedRolePolicies", named) else { return .absent }
    for policy in attached["AttachedPolicies"].items() {
      guard let arn = policy["PolicyArn"] else { continue }
      _ = try step.askIfFound(.iam, "DetachRolePolicy", ["RoleName": .string(name), "PolicyArn": arn])
    }
    for policy in try step.askIfFound(.iam, "ListRolePolicies", named)?["PolicyNames"].items() ?? [] {
      _ = try step.askIfFound(.iam, "DeleteRolePolicy", ["RoleName": .string(name), "PolicyName": policy])
    }
    try step.deleting(whileIn: ["DeleteConflict", "ConcurrentModification"]) { _ = try step.ask(.iam, "DeleteRole", named) }
    return .absent
  }

  private static let parts = ["/Role/Arn", "/Role/RoleId", "/Role/RoleName", "/Role/Tags"]

  static func attributes(_ role: JSON?) -> JSON {
    JSON.object(["Arn": role?["Arn"] ?? .null, "RoleId": role?["RoleId"] ?? .null]).withoutNulls()
  }
}
