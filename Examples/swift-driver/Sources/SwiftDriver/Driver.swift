import AWSDriver
import JSON
public import PluginABI
import PluginKit

let driver = Driver(
  name: "swift-driver", version: "0.1.0",
  types: [
    TypeHandlers(
      "SwiftDriver::SNS::Topic", ["create": create, "read": read, "delete": delete, "expand-resource": expand])
  ])

/// The library's one exported symbol.
@c @implementation
public func cld_plugin_entry(_ hostMinimum: UInt32, _ hostMaximum: UInt32) -> UnsafePointer<cld_plugin>? {
  driver.export(hostMinimum: hostMinimum, hostMaximum: hostMaximum)
}

@Sendable func create(_ step: Step) throws -> Done {
  // CreateTopic answers the topic of that name whoever made it, so its owner is looked for first.
  if try owner(step) == .another { throw Failure(.exists, "the topic \(topic(step)) is not ours") }
  var form: [String: JSON] = ["Name": .string(step.name)]
  if let display = step.desired["DisplayName"] {
    form["Attributes.entry.1.key"] = "DisplayName"
    form["Attributes.entry.1.value"] = display
  }
  // In a fixed order: the same request must give the same answer.
  for (index, tag) in step.tags.sorted(by: { $0.key < $1.key }).enumerated() {
    form["Tags.member.\(index + 1).Key"] = .string(tag.key)
    form["Tags.member.\(index + 1).Value"] = .string(tag.value)
  }
  return try ready(try ask(step, "CreateTopic", form)?["CreateTopicResult"]?["TopicArn"])
}

@Sendable func read(_ step: Step) throws -> Done {
  // The host takes an id that the cloud has answered, and no other: so the cloud is asked for it.
  guard try owner(step) == .us, let body = try ask(step, "GetTopicAttributes", ["TopicArn": .string(topic(step))]) else {
    return .absent
  }
  let entries = body["GetTopicAttributesResult"]?["Attributes"]?["entry"].items() ?? []
  return try ready(entries.first { $0["key"] == "TopicArn" }?["value"])
}

@Sendable func delete(_ step: Step) throws -> Done {
  if try owner(step) == .us { _ = try ask(step, "DeleteTopic", ["TopicArn": .string(topic(step))]) }
  return .absent
}

/// What an entry `type: swift-driver` of an environment file becomes. Pure: it asks for no effect.
@Sendable func expand(_ step: Step) throws -> Done {
  var properties: [String: JSON] = [:]
  for (key, value) in (step.input["configuration"]?.object ?? [:]).sorted(by: { $0.key < $1.key }) {
    guard key == "display_name" else {
      throw Failure(.badRequest, "unknown key: \(key)", property: "/configuration/\(key)")
    }
    properties["DisplayName"] = value
  }
  let arn: JSON = ["Fn::GetAtt": ["Topic", "TopicArn"]]
  return .fragment(
    resources: ["Topic": ["Type": "SwiftDriver::SNS::Topic", "Properties": .object(properties)]],
    outputs: ["TopicArn": ["Value": arn]], exports: ["TopicArn": arn])
}

func ready(_ arn: JSON?) throws -> Done {
  guard let arn = arn?.string else { throw Failure(.internal, "SNS answered no TopicArn") }
  return .ready(id: arn, attributes: ["TopicArn": .string(arn)])
}

/// The recorded ARN, or the one that the name will have.
func topic(_ step: Step) -> String {
  let config = step.config
  return step.current.id
    ?? ["arn", config["partition"]?.string ?? "aws", "sns", config["region"]?.string ?? "", config["account"]?.string ?? "", step.name]
    .joined(separator: ":")
}

enum Owner { case nobody, us, another }

/// Whose the topic is: ours when it has all of our tags.
func owner(_ step: Step) throws -> Owner {
  guard let body = try ask(step, "ListTagsForResource", ["ResourceArn": .string(topic(step))]) else { return .nobody }
  return step.owns(tagMap(body["ListTagsForResourceResult"]?["Tags"])) ? .us : .another
}

/// The body of the answer, nil when the topic is not there.
func ask(_ step: Step, _ call: String, _ form: [String: JSON]) throws -> JSON? {
  let reply = try step.call(Effect("sns", call, .form(form)))
  if reply.isSuccess { return reply.body }
  if reply.status == 404 { return nil }
  let error = reply.body["Error"]
  let (code, message) = (error?["Code"]?.string ?? "", error?["Message"]?.string ?? "status \(reply.status)")
  if reply.status == 429 || code == "Throttling" { throw Failure(.throttled, message) }
  if reply.status >= 500 { throw Failure(.unavailable, message) }
  if code == "AuthorizationError" { throw Failure(.denied, message) }
  throw Failure(reply.status == 403 ? .unauthenticated : .badRequest, message)
}
