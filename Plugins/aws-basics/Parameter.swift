internal import AWSDriver
internal import JSON
internal import PluginKit

/// `AWS::SSM::Parameter`: a text or a list of texts in Parameter Store.
enum Parameter {
  static let handlers = awsType(
    "AWS::SSM::Parameter", ["create": create, "read": read, "update": update, "delete": delete])

  @Sendable private static func create(_ step: Step) throws -> Done {
    let name = wantedName(step)
    var parameters = step.given("Type", "Value", "Description", "AllowedPattern", "Tier", "DataType")
    _ = try step.required("Type")
    guard step.properties["Value"] != nil else { throw Failure(.badRequest, "a parameter needs Value", property: "/Value") }
    parameters["Policies"] = step.properties["Policies"]?.asDocument
    parameters["Name"] = .string(name)
    parameters["Tags"] = TagCase.upper.list(userTags(step.properties).merging(step.tags) { _, ours in ours })
    do {
      _ = try step.ask(.ssm, "PutParameter", .object(parameters))
    } catch let error as AWSError where error.isOne(of: "ParameterAlreadyExists") {
      try step.requireOwnership(of: "parameter", named: name, tags: try tags(step, name) ?? [:])
    }
    if name != step.name, step.properties["Name"] == nil {
      // The host takes a name that is neither its own nor the user's only from an answer, and of a thing that shows our tags.
      guard let found = try tags(step, name), step.owns(found), let known = try describe(step, name) else {
        throw step.retry(afterMilliseconds: 500, "the parameter \(name) is not seen yet")
      }
      return .ready(id: known, attributes: [:])
    }
    return .ready(id: name, attributes: [:])
  }

  @Sendable private static func read(_ step: Step) throws -> Done {
    let name = step.current.id ?? wantedName(step)
    if step.current.id == nil { guard let found = try tags(step, name), step.owns(found) else { return .absent } }
    guard let found = try parameter(step, name) else { return .absent }
    let actual = try step.actual { actual in
      actual.set(["Type": found.body["Type"], "Value": found.body["Value"], "DataType": found.body["DataType"]])
      if actual.asks(for: "Tags"), let tags = try step.ifAllowed({ try tags(step, found.name) }) { actual.set(["Tags": step.userTagMap(tags)]) }
    }
    return .ready(id: found.name, attributes: [:], properties: actual)
  }

  @Sendable private static func update(_ step: Step) throws -> Done {
    let name = try step.updated("parameter") {
      guard let found = try tags(step, wantedName(step)), step.owns(found) else { return nil }
      return try describe(step, wantedName(step))
    }
    if step.changes("Type", "Value", "Description", "AllowedPattern", "Tier", "DataType", "Policies") { try write(step, name) }
    let change = TagChange(from: userTags(step.previous), to: userTags(step.desired), ours: step.tags)
    let tagged: [String: JSON] = ["ResourceType": "Parameter", "ResourceId": .string(name)]
    if !change.removed.isEmpty {
      try tag(step, name, "RemoveTagsFromResource", tagged.merging(["TagKeys": change.removedKeys]) { one, _ in one })
    }
    if !change.added.isEmpty { try tag(step, name, "AddTagsToResource", tagged.merging(["Tags": change.list()]) { one, _ in one }) }
    return .ready(id: name, attributes: [:])
  }

  /// Writes the parameter's next version. What is left out stays as it was, so what is no longer wanted is written as empty.
  private static func write(_ step: Step, _ name: String) throws {
    // With Overwrite SSM would make one that is gone, without our tags.
    guard try describe(step, name) != nil else { throw step.gone("parameter") }
    var parameters = step.given("Type", "Value", "Description", "AllowedPattern", "Tier", "DataType")
    parameters["Name"] = .string(name)
    parameters["Overwrite"] = true
    for (property, empty) in ["Description": "", "AllowedPattern": "", "DataType": "text"] as [String: JSON]
    where step.desired[property] == nil && step.previous[property] != nil {
      parameters[property] = empty
    }
    // "All existing policies are preserved until you send new policies or an empty policy" (API reference, PutParameter).
    parameters["Policies"] = step.desired["Policies"]?.asDocument ?? (step.previous["Policies"] == nil ? nil : "[{}]")
    _ = try step.ask(.ssm, "PutParameter", .object(parameters))
  }

  private static func tag(_ step: Step, _ name: String, _ call: String, _ parameters: [String: JSON]) throws {
    do {
      _ = try step.ask(.ssm, call, .object(parameters))
    } catch let error as AWSError where error.isOne(of: "InvalidResourceId") {
      throw step.gone("parameter")
    }
  }

  @Sendable private static func delete(_ step: Step) throws -> Done {
    let name = step.current.id ?? wantedName(step)
    if step.current.id == nil { guard let found = try tags(step, name), step.owns(found) else { return .absent } }
    _ = try step.askIfFound(.ssm, "DeleteParameter", ["Name": .string(name)])
    return .absent
  }

  /// The name that is wanted, or the host's. SSM refuses names that begin with `aws` or `ssm`, in any case of letters.
  private static func wantedName(_ step: Step) -> String {
    if let given = step.text("Name") { return given }
    let start = step.name.prefix(3).lowercased()
    return start == "aws" || start == "ssm" ? "cld-" + step.name : step.name
  }

  /// The parameter's name as SSM answers it; nil when there is none.
  private static func describe(_ step: Step, _ name: String) throws -> String? {
    try parameter(step, name)?.name
  }

  private static func parameter(_ step: Step, _ name: String) throws -> (name: String, body: JSON)? {
    // A value that only the host knows is not asked for: it would come here in the open.
    let isShown = step.desired["Value"].map { !$0.holdsExpression } ?? false
    let kept = step.parts(["/Parameter/Name"], forRefresh: ["/Parameter/Type", "/Parameter/DataType"] + (isShown ? ["/Parameter/Value"] : []))
    guard let answer = try step.askIfFound(.ssm, "GetParameter", ["Name": .string(name)], select: kept) else { return nil }
    guard let found = answer["Parameter"]?["Name"]?.string else { throw Failure(.internal, "SSM answered a parameter without a name") }
    return (found, answer["Parameter"] ?? .null)
  }

  /// The parameter's tags; nil when it is not there.
  private static func tags(_ step: Step, _ name: String) throws -> [String: String]? {
    do {
      let answer = try step.ask(.ssm, "ListTagsForResource", ["ResourceType": "Parameter", "ResourceId": .string(name)])
      return tagMap(try step.member("TagList", of: answer, "ListTagsForResource"))
    } catch let error as AWSError where error.isOne(of: "InvalidResourceId") {
      return nil
    }
  }

  /// The user's tags: here a map, where other types have a list.
  private static func userTags(_ properties: JSON) -> [String: String] { (properties["Tags"]?.object ?? [:]).compactMapValues(\.scalarText) }
}
