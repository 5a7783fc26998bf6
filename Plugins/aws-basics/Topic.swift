internal import AWSDriver
internal import JSON
internal import PluginKit

/// `AWS::SNS::Topic`.
enum Topic {
  static let handlers = awsType(
    "AWS::SNS::Topic", ["create": create, "read": read, "update": update, "delete": delete])

  @Sendable private static func create(_ step: Step) throws -> Done {
    let arn: String
    // CreateTopic answers the topic of that name whoever made it, so look first.
    if let found = try tags(step, expectedARN(step)) {
      try step.requireOwnership(of: "topic", named: name(step), tags: found)
      guard let known = try describe(step, expectedARN(step)) else { throw Failure(.conflict, "the topic \(name(step)) went away; try again") }
      arn = known
    } else {
      arn = try make(step)
    }
    step.report(id: arn)
    for (attribute, value) in TopicAttributes.delivery(step.properties).sorted(by: { $0.key < $1.key }) {
      try set(step, arn, attribute, value)
    }
    for subscription in step.properties["Subscription"].items() { try TopicSubscription(subscription).add(step, to: arn) }
    return ready(arn)
  }

  private static func make(_ step: Step) throws -> String {
    var attributes = TopicAttributes.settings(step.properties)
    if isFIFO(step) { attributes["FifoTopic"] = "true" }
    let entries = attributes.sorted { $0.key < $1.key }.map { JSON.object(["key": .string($0.key), "value": $0.value]) }
    do {
      let answer = try step.ask(
        .sns, "CreateTopic", ["Name": .string(name(step)), "Attributes": .array(entries), "Tags": step.tagList()],
        select: ["/TopicArn"])
      guard let arn = answer["TopicArn"]?.string else { throw Failure(.internal, "SNS answered a topic without an ARN") }
      return arn
    } catch let error as AWSError where error.isOne(of: "InvalidParameter") && error.message.contains("already exists") {
      // Somebody made one of that name since it was looked for: its attributes or tags are others.
      throw Failure(.exists, "a topic named \(name(step)) exists that cld did not make for this resource; choose another name")
    }
  }

  @Sendable private static func read(_ step: Step) throws -> Done {
    if step.current.id == nil {
      guard let found = try tags(step, expectedARN(step)), step.owns(found) else { return .absent }
    }
    guard let topic = try attributes(step, step.current.id ?? expectedARN(step)) else { return .absent }
    let arn = try knownARN(topic)
    let actual = try step.actual { actual in
      TopicAttributes.report(topic, in: &actual)
      if actual.asks(for: "Tags"), let tags = try step.ifAllowed({ try tags(step, arn) }) { actual.set(["Tags": step.userTags(tags)]) }
    }
    return ready(arn, actual)
  }

  @Sendable private static func update(_ step: Step) throws -> Done {
    let arn = try step.updated("topic") {
      guard let found = try tags(step, expectedARN(step)), step.owns(found) else { return nil }
      return try describe(step, expectedARN(step))
    }
    try TopicSubscription.update(step, of: arn)
    for (attribute, value) in TopicAttributes.changes(from: step.previous, to: step.desired) { try set(step, arn, attribute, value) }
    let change = step.tagChange
    if !change.removed.isEmpty {
      _ = try step.ask(.sns, "UntagResource", ["ResourceArn": .string(arn), "TagKeys": change.removedKeys], select: [])
    }
    if !change.added.isEmpty {
      _ = try step.ask(.sns, "TagResource", ["ResourceArn": .string(arn), "Tags": change.list()], select: [])
    }
    return ready(arn)
  }

  @Sendable private static func delete(_ step: Step) throws -> Done {
    let arn = step.current.id ?? expectedARN(step)
    if step.current.id == nil { guard let found = try tags(step, arn), step.owns(found) else { return .absent } }
    _ = try step.askIfFound(.sns, "DeleteTopic", ["TopicArn": .string(arn)], select: [])
    return .absent
  }

  private static func set(_ step: Step, _ arn: String, _ attribute: String, _ value: JSON) throws {
    _ = try step.ask(
      .sns, "SetTopicAttributes",
      ["TopicArn": .string(arn), "AttributeName": .string(attribute), "AttributeValue": value], select: [])
  }

  private static func isFIFO(_ step: Step) -> Bool { step.text("FifoTopic") == "true" }

  /// The name that is wanted, or one made of the host's: SNS asks for `.fifo` at the end of a FIFO topic's.
  private static func name(_ step: Step) -> String {
    step.text("TopicName") ?? (isFIFO(step) ? step.name + ".fifo" : step.name)
  }

  /// The ARN that a topic of that name has (service authorization reference, "Resource types defined by Amazon SNS").
  private static func expectedARN(_ step: Step) -> String {
    let part = { (key: String) in step.config[key]?.string ?? "" }
    return "arn:\(part("partition")):sns:\(part("region")):\(part("account")):\(name(step))"
  }

  /// The topic's ARN as SNS answers it; nil when there is none.
  private static func describe(_ step: Step, _ arn: String) throws -> String? {
    try attributes(step, arn).map(knownARN)
  }

  /// The topic's attributes; nil when there is none.
  private static func attributes(_ step: Step, _ arn: String) throws -> [String: JSON]? {
    guard let answer = try step.askIfFound(.sns, "GetTopicAttributes", ["TopicArn": .string(arn)], select: ["/Attributes"]) else { return nil }
    let entries = answer["Attributes"]?["entry"].items() ?? []
    return Dictionary(entries.compactMap { entry in entry["key"]?.string.map { ($0, entry["value"] ?? "") } }) { first, _ in first }
  }

  private static func knownARN(_ attributes: [String: JSON]) throws -> String {
    guard let arn = attributes["TopicArn"]?.string else { throw Failure(.internal, "SNS answered a topic without an ARN") }
    return arn
  }

  /// The topic's tags; nil when it is not there.
  private static func tags(_ step: Step, _ arn: String) throws -> [String: String]? {
    let answer = try step.askIfFound(.sns, "ListTagsForResource", ["ResourceArn": .string(arn)], select: ["/Tags"])
    return try answer.map { tagMap(try step.member("Tags", of: $0, "ListTagsForResource")) }
  }

  private static func ready(_ arn: String, _ actual: JSON? = nil) -> Done {
    let name = arn.split(separator: ":").last.map(String.init) ?? arn
    return .ready(id: arn, attributes: ["TopicArn": .string(arn), "TopicName": .string(name)], properties: actual)
  }
}
