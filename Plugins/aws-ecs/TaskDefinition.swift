internal import AWSDriver
internal import JSON
internal import PluginKit

/// `AWS::ECS::TaskDefinition`: a family of our own; each registration makes a revision of it.
enum TaskDefinition {
  static let handlers = awsType("AWS::ECS::TaskDefinition", ["create": create, "read": read, "update": update, "delete": delete])

  /// Maps whose keys are the user's.
  private static let maps: Set<String> = ["Options", "DockerLabels", "DriverOpts", "Labels"]

  @Sendable private static func create(_ step: Step) throws -> Done {
    let family = step.name("Family")
    var parameters = step.given(
      "ContainerDefinitions", "Cpu", "Memory", "NetworkMode", "RequiresCompatibilities", "ExecutionRoleArn", "TaskRoleArn",
      "Volumes", "RuntimePlatform")
    parameters["Family"] = .string(family)
    // The API has these two as text.
    for name in ["Cpu", "Memory"] { parameters[name] = parameters[name]?.scalarText.map { .string($0) } }
    var body = JSON.object(parameters).lowerCamel(keeping: maps)
    body["tags"] = step.tagList(.lower)
    let kept = ["/taskDefinition/taskDefinitionArn", "/taskDefinition/revision"]
    // Looked for first: another attempt would make another revision.
    if let found = try newest(step, family) { return try ready(["taskDefinition": found]) }
    return try ready(
      step.untilKnown(
        { try step.askOrLost(.ecs, "RegisterTaskDefinition", body, select: kept) }, else: { try newest(step, family).map { ["taskDefinition": $0] } }))
  }

  private static func ready(_ answer: JSON) throws -> Done {
    guard let arn = answer["taskDefinition"]?["taskDefinitionArn"]?.string else {
      throw Failure(.internal, "ECS answered no task definition")
    }
    return .ready(id: arn, attributes: ["TaskDefinitionArn": .string(arn)])
  }

  @Sendable private static func read(_ step: Step) throws -> Done {
    guard let id = step.current.id else {
      guard let found = try newest(step, step.name("Family")) else { return .absent }
      return try ready(["taskDefinition": found])
    }
    guard let found = try describe(step, .string(id)), found.body["status"]?.string == "ACTIVE" else { return .absent }
    // A revision never changes, but for its tags.
    let actual = step.actual { $0.set(["Family": .string(family(id)), "Tags": step.userTags(found.tags)]) }
    return .ready(id: id, attributes: ["TaskDefinitionArn": .string(id)], properties: actual)
  }

  /// A revision stays as it was registered, but for its tags.
  @Sendable private static func update(_ step: Step) throws -> Done {
    let found = try step.current.id.map { try describe(step, .string($0))?.body } ?? newest(step, step.name("Family"))
    guard let found, found["status"]?.string == "ACTIVE" else { throw step.gone("task definition") }
    try ECSTags.update(step, .ecs, of: found["taskDefinitionArn"])
    return try ready(["taskDefinition": found])
  }

  @Sendable private static func delete(_ step: Step) throws -> Done {
    let family = step.current.id.map(family) ?? step.name("Family")
    for arn in try revisions(step, family, "ACTIVE") {
      if arn.string != step.current.id {
        guard let found = try describe(step, arn), step.owns(found.tags) else { continue }
      }
      _ = try step.askIfFound(
        .ecs, "DeregisterTaskDefinition", ["taskDefinition": arn], select: ["/taskDefinition/status"])
      try forget(step, arn)
    }
    return .absent
  }

  /// An inactive revision costs nothing but stays in lists; DeleteTaskDefinitions takes it out of them. An API that does not have the
  /// call (it is from 2023) or that refuses it is no reason to fail the delete.
  private static func forget(_ step: Step, _ arn: JSON) throws {
    do {
      _ = try step.ask(.ecs, "DeleteTaskDefinitions", ["taskDefinitions": [arn]], select: ["/failures"])
    } catch let error as AWSError where !error.isTransient {
      step.note("the inactive revision stays listed: \(error.message) (\(error.code))")
    }
  }

  private static func newest(_ step: Step, _ family: String) throws -> JSON? {
    for arn in try revisions(step, family, "ACTIVE") {
      if let found = try describe(step, arn), step.owns(found.tags) { return found.body }
    }
    return nil
  }

  private static func revisions(_ step: Step, _ family: String, _ status: String) throws -> [JSON] {
    let answer = try step.ask(
      .ecs, "ListTaskDefinitions", ["familyPrefix": .string(family), "status": .string(status), "sort": "DESC"])
    // Emulators take the family for a prefix.
    return answer["taskDefinitionArns"].items().filter { $0.string.map(Self.family) == family }
  }

  private static func describe(_ step: Step, _ arn: JSON) throws -> (body: JSON, tags: [String: String])? {
    do {
      let answer = try step.ask(
        .ecs, "DescribeTaskDefinition", ["taskDefinition": arn, "include": ["TAGS"]],
        select: ["/taskDefinition/taskDefinitionArn", "/taskDefinition/status", "/tags"])
      return answer["taskDefinition"].map { ($0, tagMap(answer["tags"])) }
    } catch let error as AWSError where error.isNotFound || error.isOne(of: "ClientException") {
      // ECS says "Unable to describe task definition." with its general code.
      return nil
    }
  }

  /// The family of `arn:aws:ecs:REGION:ACCOUNT:task-definition/FAMILY:REVISION`.
  private static func family(_ arn: String) -> String {
    let last = arn.split(separator: "/").last ?? ""
    return String(last.split(separator: ":").first ?? "")
  }
}
