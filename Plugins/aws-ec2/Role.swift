internal import AWSDriver
internal import JSON
internal import PluginKit

/// `AWS::IAM::Role`.
enum Role {
  static let handlers = awsType("AWS::IAM::Role", ["create": create, "read": read, "delete": delete])

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
    for arn in step.properties["ManagedPolicyArns"].items() {
      _ = try step.ask(.iam, "AttachRolePolicy", ["RoleName": .string(name), "PolicyArn": arn])
    }
    for policy in step.properties["Policies"].items() {
      _ = try step.ask(
        .iam, "PutRolePolicy",
        [
          "RoleName": .string(name), "PolicyName": policy["PolicyName"] ?? "policy",
          "PolicyDocument": (policy["PolicyDocument"] ?? .null).asDocument,
        ])
    }
    return .ready(id: name, attributes: attributes(role["Role"]))
  }

  @Sendable private static func read(_ step: Step) throws -> Done {
    let name = step.current.id ?? step.name("RoleName")
    guard let role = try step.askIfFound(.iam, "GetRole", ["RoleName": .string(name)], select: parts) else { return .absent }
    if step.current.id == nil, !step.owns(tagMap(role["Role"]?["Tags"])) { return .absent }
    guard role["Role"]?["Arn"]?.string != nil else { throw Failure(.internal, "IAM answered a role without an ARN") }
    return .ready(id: name, attributes: attributes(role["Role"]))
  }

  @Sendable private static func delete(_ step: Step) throws -> Done {
    let name = step.current.id ?? step.name("RoleName")
    let named: JSON = ["RoleName": .string(name)]
    if step.current.id == nil {
      guard let role = try step.askIfFound(.iam, "GetRole", named, select: parts), step.owns(tagMap(role["Role"]?["Tags"])) else {
        return .absent
      }
    }
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

  private static func attributes(_ role: JSON?) -> JSON {
    JSON.object(["Arn": role?["Arn"] ?? .null, "RoleId": role?["RoleId"] ?? .null]).withoutNulls()
  }
}
