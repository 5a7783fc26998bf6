internal import AWSDriver
internal import JSON
internal import PluginKit

/// `AWS::IAM::InstanceProfile`: what gives an instance its role.
enum InstanceProfile {
  static let handlers = awsType(
    "AWS::IAM::InstanceProfile", ["create": create, "read": read, "update": update, "delete": delete])

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
    try add(step, to: name, having: roles(profile))
    return .ready(id: name, attributes: attributes(profile))
  }

  private static func roles(_ profile: JSON) -> [JSON] { profile["Roles"].items().compactMap { $0["RoleName"] } }

  /// Gives the profile the wanted roles that it does not have.
  private static func add(_ step: Step, to name: String, having present: [JSON]) throws {
    for role in step.properties["Roles"].items() where !present.contains(role) {
      do {
        _ = try step.ask(.iam, "AddRoleToInstanceProfile", ["InstanceProfileName": .string(name), "RoleName": role])
      } catch let error as AWSError where error.isOne(of: "LimitExceeded", "EntityAlreadyExists") {
        // A profile holds one role: it is from an attempt whose reply was lost, or the profile has another one.
        let now = try step.ask(.iam, "GetInstanceProfile", ["InstanceProfileName": .string(name)])
        guard roles(now["InstanceProfile"] ?? .null).contains(role) else { throw error }
      }
    }
  }

  @Sendable private static func update(_ step: Step) throws -> Done {
    guard let profile = try find(step) else { throw step.gone("instance profile") }
    let (wanted, present) = (step.desired["Roles"].items(), roles(profile.body))
    // First away with the old one: a profile holds one role.
    for role in present where !wanted.contains(role) { try remove(step, role, from: profile.name) }
    try add(step, to: profile.name, having: present)
    let change = step.tagChange
    let named = JSON.string(profile.name)
    if !change.removed.isEmpty {
      _ = try step.ask(.iam, "UntagInstanceProfile", ["InstanceProfileName": named, "TagKeys": change.removedKeys], select: [])
    }
    if !change.added.isEmpty {
      _ = try step.ask(.iam, "TagInstanceProfile", ["InstanceProfileName": named, "Tags": change.list()], select: [])
    }
    return .ready(id: profile.name, attributes: attributes(profile.body))
  }

  private static func remove(_ step: Step, _ role: JSON, from name: String) throws {
    _ = try step.askIfFound(.iam, "RemoveRoleFromInstanceProfile", ["InstanceProfileName": .string(name), "RoleName": role])
  }

  @Sendable private static func read(_ step: Step) throws -> Done {
    guard let profile = try find(step) else { return .absent }
    let actual = step.actual { actual in
      actual.set(["Roles": .array(roles(profile.body)), "Tags": profile.body["Tags"].map { step.userTags(tagMap($0)) }])
    }
    return .ready(id: profile.name, attributes: attributes(profile.body), properties: actual)
  }

  @Sendable private static func delete(_ step: Step) throws -> Done {
    guard let profile = try find(step) else { return .absent }
    let named: JSON = ["InstanceProfileName": .string(profile.name)]
    for role in roles(profile.body) { try remove(step, role, from: profile.name) }
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
