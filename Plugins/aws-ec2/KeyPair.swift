internal import AWSDriver
internal import JSON
internal import PluginKit

/// `AWS::EC2::KeyPair`. AWS shows the private key once, in the answer to the create; the host keeps it as a secret.
enum KeyPair {
  static let handlers = awsType("AWS::EC2::KeyPair", ["create": create, "read": read, "delete": delete, "expand-resource": expand])

  /// `type: key-pair` of an environment file: a key for the machines of clusters, `KeyName` and `KeyMaterial` for whom it may concern.
  @Sendable private static func expand(_ step: Step) throws -> Done {
    let configuration = try Configuration(step.input["configuration"], keys: ["key_type"])
    let type = try configuration["key_type"].map { _ in try configuration.choice("key_type", ["rsa", "ed25519"], default: "rsa") }
    return .fragment(
      resources: ["Key": Template.resource("AWS::EC2::KeyPair", ["KeyType": type.map { .string($0) }])],
      outputs: ["KeyName": ["Value": Template.ref("Key")]],
      exports: ["KeyName": Template.ref("Key"), "KeyMaterial": Template.attribute("Key", "KeyMaterial")])
  }

  @Sendable private static func create(_ step: Step) throws -> Done {
    let name = step.name("KeyName")
    var parameters: [String: JSON] = [
      "KeyName": .string(name), "TagSpecification": [["ResourceType": "key-pair", "Tag": step.tagList()]],
    ]
    parameters["KeyType"] = step.properties["KeyType"]
    if let answer = try attempt(step, parameters, name) { return ready(name, answer) }
    // It exists and is ours, but its private key was in an answer that is lost: only a new one can be used.
    _ = try step.askIfFound(.ec2, "DeleteKeyPair", ["KeyName": .string(name)], select: ["/return"])
    guard let answer = try attempt(step, parameters, name) else {
      throw Failure(.conflict, "the key pair \(name) came back after it was deleted; try again")
    }
    return ready(name, answer)
  }

  /// Creates it; nil when one that is ours exists already.
  private static func attempt(_ step: Step, _ parameters: [String: JSON], _ name: String) throws -> JSON? {
    do {
      if let answer = try step.askOrLost(
        .ec2, "CreateKeyPair", .object(parameters), select: ["/keyName", "/keyPairId", "/keyFingerprint", "/keyMaterial"])
      {
        return answer
      }
      guard try find(step) != nil else {
        return try step.ask(.ec2, "CreateKeyPair", .object(parameters))
      }
    } catch let error as AWSError where error.isOne(of: "InvalidKeyPair.Duplicate") {
      guard let found = try find(step) else { throw error }
      try step.requireOwnership(of: "key pair", named: name, tags: tagMap(found["tagSet"]))
    }
    return nil
  }

  @Sendable private static func read(_ step: Step) throws -> Done {
    guard let found = try find(step) else { return .absent }
    if step.current.id == nil { guard step.owns(tagMap(found["tagSet"])) else { return .absent } }
    let actual = step.actual { $0.set(["KeyType": found["keyType"], "Tags": found["tagSet"].map { step.userTags(tagMap($0)) }]) }
    return ready(step.name("KeyName"), found, actual)
  }

  @Sendable private static func delete(_ step: Step) throws -> Done {
    let name = step.current.id ?? step.name("KeyName")
    if step.current.id == nil {
      guard let found = try find(step), step.owns(tagMap(found["tagSet"])) else { return .absent }
    }
    _ = try step.askIfFound(.ec2, "DeleteKeyPair", ["KeyName": .string(name)], select: ["/return"])
    return .absent
  }

  private static func find(_ step: Step) throws -> JSON? {
    let name = step.current.id ?? step.name("KeyName")
    return try step.askIfFound(.ec2, "DescribeKeyPairs", ["KeyName": [.string(name)]])?["keySet"].items().first
  }

  private static func ready(_ name: String, _ answer: JSON, _ actual: JSON? = nil) -> Done {
    let attributes: JSON = [
      "KeyPairId": answer["keyPairId"] ?? .null, "KeyFingerprint": answer["keyFingerprint"] ?? .null,
      "KeyMaterial": answer["keyMaterial"] ?? .null,
    ]
    return .ready(id: name, attributes: attributes.withoutNulls(), properties: actual)
  }
}
