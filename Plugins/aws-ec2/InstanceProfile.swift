internal import AWSDriver
internal import JSON
internal import PluginKit

/// `AWS::IAM::InstanceProfile`: what gives an instance its role.
enum InstanceProfile {
  static let handlers = awsType(
    "AWS::IAM::InstanceProfile", ["create": create, "read": read, "delete": delete])

  @Sendable private static func create(_ step: Step) throws -> Done {
    let name = step.name("InstanceProfileName")
    var parameters = step.given("Path")
    parameters["InstanceProfileName"] = .string(name)
    parameters["Tags"] = step.tagList()
    let profile: JSON
    do {
      profile = try step.ask(.iam, "CreateInstanceProfile", .object(parameters))["InstanceProfile"] ?? .null
    } catch let error as AWSError where error.isOne(of: "EntityAlreadyExists") {
      profile = try step.ask(.iam, "GetInstanceProfile", ["InstanceProfileName": .string(name)])["InstanceProfile"] ?? .null
      try step.requireOwnership(of: "instance profile", named: name, tags: tagMap(profile["Tags"]))
    }
    step.report(id: name)
    let present = profile["Roles"].items().compactMap { $0["RoleName"] }
    for role in step.properties["Roles"].items() where !present.contains(role) {
      do {
        _ = try step.ask(.iam, "AddRoleToInstanceProfile", ["InstanceProfileName": .string(name), "RoleName": role])
      } catch let error as AWSError where error.isOne(of: "LimitExceeded", "EntityAlreadyExists") {
        // A profile holds one role: it is from an attempt whose reply was lost, or the profile has another one.
        let now = try step.ask(.iam, "GetInstanceProfile", ["InstanceProfileName": .string(name)])
        guard now["InstanceProfile"]?["Roles"].items().contains(where: { $0["RoleName"] == role }) == true else { throw error }
      }
    }
    return .ready(id: name, attributes: attributes(profile))
  }

  @Sendable private static func read(_ step: Step) throws -> Done {
    guard let profile = try find(step) else { return .absent }
    return .ready(id: profile.name, attributes: attributes(profile.body))
  }

  @Sendable private static func delete(_ step: Step) throws -> Done {
    guard let profile = try find(step) else { return .absent }
    let named: JSON = ["InstanceProfileName": .string(profile.name)]
    for role in profile.body["Roles"].items() {
      guard let role = role["RoleName"] else { continue }
      _ = try step.askIfFound(
        .iam, "RemoveRoleFromInstanceProfile", ["InstanceProfileName": .string(profile.name), "RoleName": role])
    }
    try step.deleting(whileIn: ["DeleteConflict", "ConcurrentModification"]) {
      _ = try step.ask(.iam, "DeleteInstanceProfile", named)
    }
    return .absent
  }

  /// The profile of the recorded id, or the one of our name if it has our tags.
  private static func find(_ step: Step) throws -> (name: String, body: JSON)? {
    let name = step.current.id ?? step.name("InstanceProfileName")
    let answer = try step.askIfFound(.iam, "GetInstanceProfile", ["InstanceProfileName": .string(name)])
    guard let profile = answer?["InstanceProfile"] else { return nil }
    if step.current.id == nil, !step.owns(tagMap(profile["Tags"])) { return nil }
    return (name, profile)
  }

  private static func attributes(_ profile: JSON) -> JSON {
    JSON.object(["Arn": profile["Arn"] ?? .null]).withoutNulls()
  }
}
