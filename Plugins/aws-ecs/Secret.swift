internal import AWSDriver
internal import JSON
internal import PluginKit

/// `AWS::SecretsManager::Secret`: where tasks get what must not stand in a task definition.
enum Secret {
  static let handlers = awsType("AWS::SecretsManager::Secret", ["create": create, "read": read, "update": update, "delete": delete])

  @Sendable private static func create(_ step: Step) throws -> Done {
    let name = step.name("Name")
    var parameters = step.given("Description", "KmsKeyId", "SecretString")
    parameters["Name"] = .string(name)
    parameters["ClientRequestToken"] = step.token("secret")
    parameters["Tags"] = step.tagList()
    do {
      return try ready(try step.ask(.secrets, "CreateSecret", .object(parameters), select: ["/ARN"]))
    } catch let error as AWSError where error.isOne(of: "ResourceExistsException") {
      guard let found = try find(step, name) else { throw error }
      try step.requireOwnership(of: "secret", named: name, tags: tagMap(found["Tags"]))
      return try ready(found)
    } catch let error as AWSError
      where error.isOne(of: "InvalidRequestException") && error.message.contains("scheduled for deletion")
    {
      throw step.retry(afterMilliseconds: 3000, error.message)
    }
  }

  private static func ready(_ answer: JSON, _ actual: JSON? = nil) throws -> Done {
    guard let arn = answer["ARN"]?.string else { throw Failure(.internal, "a secret without an ARN") }
    return .ready(id: arn, attributes: ["Id": .string(arn)], properties: actual)
  }

  @Sendable private static func read(_ step: Step) throws -> Done {
    guard let secret = try ours(step) else { return .absent }
    let actual = step.actual { actual in
      actual.set(["Description": secret["Description"] ?? "", "Tags": secret["Tags"].map { step.userTags(tagMap($0)) }])
    }
    return try ready(secret, actual)
  }

  @Sendable private static func update(_ step: Step) throws -> Done {
    guard let secret = try ours(step), let arn = secret["ARN"] else { throw step.gone("secret") }
    var changes: [String: JSON] = [:]
    if step.changes("Description") { changes["Description"] = step.desired["Description"] ?? "" }
    if step.changes("KmsKeyId") { changes["KmsKeyId"] = step.desired["KmsKeyId"] ?? "alias/aws/secretsmanager" }
    let value = step.desired["SecretString"]
    if step.changes("SecretString") { changes["SecretString"] = value }
    if !changes.isEmpty {
      changes["SecretId"] = arn
      // One token, one value: an update and its rollback run in one operation.
      changes["ClientRequestToken"] = step.token("update \(fingerprint(value ?? .null))")
      _ = try step.ask(.secrets, "UpdateSecret", .object(changes), select: ["/ARN"])
    }
    let change = step.tagChange
    if !change.removed.isEmpty {
      _ = try step.ask(.secrets, "UntagResource", ["SecretId": arn, "TagKeys": change.removedKeys], select: [])
    }
    if !change.added.isEmpty { _ = try step.ask(.secrets, "TagResource", ["SecretId": arn, "Tags": change.list()], select: []) }
    return try ready(secret)
  }

  /// Tells two values apart without showing them (djb2).
  private static func fingerprint(_ value: JSON) -> String {
    String(value.bytes.reduce(5381 as UInt64) { ($0 &* 33) ^ UInt64($1) }, radix: 16)
  }

  @Sendable private static func delete(_ step: Step) throws -> Done {
    guard let arn = try step.current.id ?? ours(step)?["ARN"]?.string else { return .absent }
    _ = try step.askIfFound(
      .secrets, "DeleteSecret", ["SecretId": .string(arn), "ForceDeleteWithoutRecovery": true], select: ["/ARN"])
    return .absent
  }

  private static func ours(_ step: Step) throws -> JSON? {
    guard let found = try find(step, step.current.id ?? step.name("Name")), found["DeletedDate"]?.isNull ?? true else { return nil }
    if step.current.id == nil, !step.owns(tagMap(found["Tags"])) { return nil }
    return found
  }

  private static func find(_ step: Step, _ id: String) throws -> JSON? {
    let kept = step.parts(["/ARN", "/Name", "/Tags", "/DeletedDate"], forRefresh: ["/Description"])
    return try step.askIfFound(.secrets, "DescribeSecret", ["SecretId": .string(id)], select: kept)
  }
}
