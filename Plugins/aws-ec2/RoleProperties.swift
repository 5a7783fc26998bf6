internal import AWSDriver
internal import JSON
internal import PluginKit

/// A role's properties as IAM shows them (API reference, `Role`).
enum RoleProperties {
  /// What of a role only a refresh needs.
  static let parts = ["/Role/AssumeRolePolicyDocument", "/Role/Description", "/Role/MaxSessionDuration"]

  static func actual(_ step: Step, _ name: String, _ role: JSON) throws -> JSON? {
    try step.actual { actual in
      actual.set([
        "Description": role["Description"] ?? "", "MaxSessionDuration": role["MaxSessionDuration"], "Tags": role["Tags"].map { step.userTags(tagMap($0)) },
      ])
      if let trust = PolicyDocument.read(role["AssumeRolePolicyDocument"]) {
        actual.set("AssumeRolePolicyDocument", trust) { PolicyDocument.isSame(trust, $0) }
      }
      let named: JSON = ["RoleName": .string(name)]
      if actual.asks(for: "ManagedPolicyArns") {
        let call = "ListAttachedRolePolicies"
        let attached = try step.ifAllowed { try step.member("AttachedPolicies", of: step.ask(.iam, call, named), call) }
        actual.set(["ManagedPolicyArns": attached.map { .array($0.items().compactMap { $0["PolicyArn"] }) }])
      }
      if let asked = actual.asked("Policies") { actual.set(["Policies": try step.ifAllowed { try policies(step, named, asked.items()) }]) }
    }
  }

  /// The policies of the role's own: those that were asked for with their documents, others by name.
  private static func policies(_ step: Step, _ named: JSON, _ asked: [JSON]) throws -> JSON {
    var found: [JSON] = []
    for name in try step.member("PolicyNames", of: step.ask(.iam, "ListRolePolicies", named), "ListRolePolicies").items() {
      guard let wanted = asked.first(where: { $0["PolicyName"] == name }) else {
        found.append(["PolicyName": name])
        continue
      }
      var query = named
      query["PolicyName"] = name
      guard let answer = try step.askIfFound(.iam, "GetRolePolicy", query, select: ["/PolicyDocument"]) else { continue }
      guard let document = PolicyDocument.read(answer["PolicyDocument"]) else { throw Failure(.internal, "IAM answered a policy without a document") }
      let isSame = PolicyDocument.isSame(document, wanted["PolicyDocument"] ?? .null)
      found.append(["PolicyName": name, "PolicyDocument": (isSame ? wanted["PolicyDocument"] : nil) ?? document])
    }
    return .array(found)
  }
}
