internal import AWSDriver
internal import JSON
internal import PluginKit

/// How a role is changed in place: all but its name and path.
enum RoleUpdate {
  @Sendable static func run(_ step: Step) throws -> Done {
    guard let role = try Role.find(step) else { throw step.gone("role") }
    let named = JSON.string(role.name)
    if step.changes("Description", "MaxSessionDuration") {
      // 3600 seconds is what a role has without being given a duration (API reference, CreateRole).
      let parameters: JSON = [
        "RoleName": named, "Description": step.desired["Description"] ?? "", "MaxSessionDuration": step.desired["MaxSessionDuration"] ?? 3600,
      ]
      _ = try step.ask(.iam, "UpdateRole", parameters, select: [])
    }
    if step.changes("AssumeRolePolicyDocument") {
      let document = (step.desired["AssumeRolePolicyDocument"] ?? .null).asDocument
      _ = try step.ask(.iam, "UpdateAssumeRolePolicy", ["RoleName": named, "PolicyDocument": document], select: [])
    }
    try updatePolicies(step, role.name)
    let change = step.tagChange
    if !change.removed.isEmpty { _ = try step.ask(.iam, "UntagRole", ["RoleName": named, "TagKeys": change.removedKeys], select: []) }
    if !change.added.isEmpty { _ = try step.ask(.iam, "TagRole", ["RoleName": named, "Tags": change.list()], select: []) }
    return .ready(id: role.name, attributes: Role.attributes(role.body))
  }

  private static func updatePolicies(_ step: Step, _ name: String) throws {
    let (attached, wanted) = (step.previous["ManagedPolicyArns"].items(), step.desired["ManagedPolicyArns"].items())
    for arn in wanted where !attached.contains(arn) { try Role.attach(step, arn, to: name) }
    for arn in attached where !wanted.contains(arn) {
      _ = try step.askIfFound(.iam, "DetachRolePolicy", ["RoleName": .string(name), "PolicyArn": arn], select: [])
    }
    let (before, after) = (step.previous["Policies"].items(), step.desired["Policies"].items())
    for policy in after where !before.contains(policy) { try Role.put(step, policy, into: name) }
    let names = after.map { $0["PolicyName"] }
    for policy in before where !names.contains(policy["PolicyName"]) {
      _ = try step.askIfFound(
        .iam, "DeleteRolePolicy", ["RoleName": .string(name), "PolicyName": policy["PolicyName"] ?? "policy"], select: [])
    }
  }
}
