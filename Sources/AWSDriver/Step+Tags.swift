public import JSON
public import PluginKit

/// How a service writes a tag's two members.
public enum TagCase: Sendable {
  /// `Key` and `Value`: EC2, IAM, RDS, load balancing, ECR, Secrets Manager.
  case upper
  /// `key` and `value`: ECS.
  case lower

  /// The tags as a list, in a stable order.
  public func list(_ tags: [String: String]) -> JSON {
    let (key, value) = self == .upper ? ("Key", "Value") : ("key", "value")
    return .array(tags.sorted { $0.key < $1.key }.map { .object([key: .string($0.key), value: .string($0.value)]) })
  }
}

extension Step {
  /// What a thing is tagged with: the user's tags (a list of Key and Value) and, over them, those that show that it is ours.
  public var allTags: [String: String] { tagMap(properties["Tags"]).merging(tags) { _, ours in ours } }

  /// The tags as a list, in a stable order.
  public func tagList(_ tagCase: TagCase = .upper) -> JSON { tagCase.list(allTags) }

  /// Whether these tags show that the thing is ours. Without tags of identity nothing is.
  public func owns(_ found: [String: String]) -> Bool {
    !tags.isEmpty && tags.allSatisfy { found[$0.key] == $0.value }
  }

  /// Refuses a thing that exists and is not ours.
  public func requireOwnership(of kind: String, named name: String, tags found: [String: String]) throws {
    if owns(found) { return }
    throw Failure(
      .exists,
      "a \(kind) named \(name) exists that cld did not make for this resource; choose another name, or delete it if nobody needs it")
  }

  /// EC2's filters that find what has the tags of identity.
  public var tagFilters: JSON { .array(AWSDriver.tagFilters(tags)) }
}

/// EC2's filters that find what has all of these tags, in a stable order.
public func tagFilters(_ tags: [String: String]) -> [JSON] {
  tags.sorted { $0.key < $1.key }.map { ["Name": .string("tag:\($0.key)"), "Value": [.string($0.value)]] }
}

/// The tags of an answer: a list of key and value in either case, such a list under `Tag`, or a plain map (CloudWatch Logs).
public func tagMap(_ json: JSON?) -> [String: String] {
  guard let json else { return [:] }
  var tags: [String: String] = [:]
  if let object = json.object, object["Tag"] == nil, object["Key"] == nil, object["key"] == nil {
    return object.compactMapValues(\.string)
  }
  for tag in json.items("Tag") {
    guard let key = (tag["Key"] ?? tag["key"])?.string else { continue }
    tags[key] = (tag["Value"] ?? tag["value"])?.string ?? ""
  }
  return tags
}
