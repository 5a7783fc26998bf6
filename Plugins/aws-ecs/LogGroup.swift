internal import AWSDriver
internal import JSON
internal import PluginKit

/// `AWS::Logs::LogGroup`.
enum LogGroup {
  static let handlers = awsType("AWS::Logs::LogGroup", ["create": create, "read": read, "update": update, "delete": delete])

  @Sendable private static func create(_ step: Step) throws -> Done {
    let name = step.name("LogGroupName")
    do {
      let tags = step.allTags.mapValues { JSON.string($0) }
      _ = try step.ask(.logs, "CreateLogGroup", ["logGroupName": .string(name), "tags": .object(tags)])
    } catch let error as AWSError where error.isOne(of: "ResourceAlreadyExistsException") {
      guard let found = try find(step, name) else { throw error }
      try step.requireOwnership(of: "log group", named: name, tags: try tags(step, found))
    }
    step.report(id: name)
    if let days = step.properties["RetentionInDays"] {
      _ = try step.ask(.logs, "PutRetentionPolicy", ["logGroupName": .string(name), "retentionInDays": days])
    }
    return .ready(id: name, attributes: attributes(try find(step, name)))
  }

  @Sendable private static func read(_ step: Step) throws -> Done {
    let name = step.current.id ?? step.name("LogGroupName")
    guard let group = try ours(step, name) else { return .absent }
    let actual = try step.actual { actual in
      actual.set(["RetentionInDays": group["retentionInDays"] ?? .null])
      if actual.asks(for: "Tags") { actual.set(["Tags": try step.ifAllowed { step.userTags(try tags(step, group)) }]) }
    }
    return .ready(id: name, attributes: attributes(group), properties: actual)
  }

  @Sendable private static func update(_ step: Step) throws -> Done {
    let name = step.current.id ?? step.name("LogGroupName")
    guard let group = try ours(step, name) else { throw step.gone("log group") }
    if step.changes("RetentionInDays") {
      if let days = step.desired["RetentionInDays"] {
        _ = try step.ask(.logs, "PutRetentionPolicy", ["logGroupName": .string(name), "retentionInDays": days])
      } else {
        _ = try step.ask(.logs, "DeleteRetentionPolicy", ["logGroupName": .string(name)])
      }
    }
    let change = step.tagChange
    guard let arn = bareARN(group).map(JSON.string) else { throw Failure(.internal, "CloudWatch Logs answered a log group without an ARN") }
    if !change.removed.isEmpty { _ = try step.ask(.logs, "UntagResource", ["resourceArn": arn, "tagKeys": change.removedKeys]) }
    if !change.added.isEmpty {
      _ = try step.ask(.logs, "TagResource", ["resourceArn": arn, "tags": .object(change.added.mapValues { .string($0) })])
    }
    return .ready(id: name, attributes: attributes(group))
  }

  @Sendable private static func delete(_ step: Step) throws -> Done {
    let name = step.current.id ?? step.name("LogGroupName")
    if step.current.id == nil { guard try ours(step, name) != nil else { return .absent } }
    try step.deleting(whileIn: ["OperationAbortedException"]) {
      _ = try step.ask(.logs, "DeleteLogGroup", ["logGroupName": .string(name)])
    }
    return .absent
  }

  private static func ours(_ step: Step, _ name: String) throws -> JSON? {
    guard let group = try find(step, name) else { return nil }
    if step.current.id == nil, !step.owns(try tags(step, group)) { return nil }
    return group
  }

  private static func find(_ step: Step, _ name: String) throws -> JSON? {
    let kept = step.parts(["/logGroups/*/logGroupName", "/logGroups/*/arn"], forRefresh: ["/logGroups/*/retentionInDays"])
    let answer = try step.ask(.logs, "DescribeLogGroups", ["logGroupNamePrefix": .string(name)], select: kept)
    return answer["logGroups"].items().first { $0["logGroupName"]?.string == name }
  }

  private static func tags(_ step: Step, _ group: JSON) throws -> [String: String] {
    guard let arn = bareARN(group) else { return [:] }
    let answer = try step.ask(.logs, "ListTagsForResource", ["resourceArn": .string(arn)])
    return tagMap(try step.member("tags", of: answer, "ListTagsForResource"))
  }

  /// Describe shows `…:NAME:*`; the tagging calls want it without the star.
  private static func bareARN(_ group: JSON) -> String? {
    group["arn"]?.string.map { $0.hasSuffix(":*") ? String($0.dropLast(2)) : $0 }
  }

  private static func attributes(_ group: JSON?) -> JSON {
    JSON.object(["Arn": group?["arn"] ?? .null]).withoutNulls()
  }
}
