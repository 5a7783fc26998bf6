internal import AWSDriver
internal import JSON
internal import PluginKit

/// `AWS::ECR::Repository`, alias `ecr`.
enum Repository {
  static let handlers = awsType(
    "AWS::ECR::Repository",
    ["create": create, "read": read, "update": update, "delete": delete, "expand-resource": expand])

  @Sendable private static func create(_ step: Step) throws -> Done {
    let name = step.name("RepositoryName")
    var parameters: [String: JSON] = ["repositoryName": .string(name), "tags": step.tagList()]
    parameters["imageTagMutability"] = step.properties["ImageTagMutability"]
    if let scanning = step.properties["ImageScanningConfiguration"] {
      parameters["imageScanningConfiguration"] = scanning.lowerCamel()
    }
    do {
      let answer = try step.ask(.ecr, "CreateRepository", .object(parameters))
      return .ready(id: name, attributes: attributes(answer["repository"]))
    } catch let error as AWSError where error.isOne(of: "RepositoryAlreadyExistsException") {
      guard let found = try find(step, name) else { throw error }
      try step.requireOwnership(of: "repository", named: name, tags: try tags(step, found))
      return .ready(id: name, attributes: attributes(found))
    }
  }

  @Sendable private static func read(_ step: Step) throws -> Done {
    let name = step.current.id ?? step.name("RepositoryName")
    guard let repository = try ours(step, name) else { return .absent }
    let actual = try step.actual { actual in
      actual.set(["ImageTagMutability": repository["imageTagMutability"]])
      actual.set("ImageScanningConfiguration", members: ["ScanOnPush": repository["imageScanningConfiguration"]?["scanOnPush"]])
      if actual.asks(for: "Tags") { actual.set(["Tags": try step.ifAllowed { step.userTags(try tags(step, repository)) }]) }
    }
    return .ready(id: name, attributes: attributes(repository), properties: actual)
  }

  @Sendable private static func update(_ step: Step) throws -> Done {
    let name = step.current.id ?? step.name("RepositoryName")
    guard let repository = try ours(step, name) else { throw step.gone("repository") }
    if step.changes("ImageTagMutability") {
      let mutability = step.desired["ImageTagMutability"] ?? "MUTABLE"
      _ = try step.ask(
        .ecr, "PutImageTagMutability", ["repositoryName": .string(name), "imageTagMutability": mutability], select: ["/repositoryName"])
    }
    if step.changes("ImageScanningConfiguration") {
      let scanning = step.desired["ImageScanningConfiguration"]?.lowerCamel() ?? ["scanOnPush": false]
      _ = try step.ask(
        .ecr, "PutImageScanningConfiguration", ["repositoryName": .string(name), "imageScanningConfiguration": scanning], select: ["/repositoryName"])
    }
    try ECSTags.update(step, .ecr, of: repository["repositoryArn"])
    return .ready(id: name, attributes: attributes(repository))
  }

  @Sendable private static func delete(_ step: Step) throws -> Done {
    let name = step.current.id ?? step.name("RepositoryName")
    if step.current.id == nil { guard try ours(step, name) != nil else { return .absent } }
    _ = try step.askIfFound(.ecr, "DeleteRepository", ["repositoryName": .string(name), "force": true])
    return .absent
  }

  @Sendable private static func expand(_ step: Step) throws -> Done {
    let configuration = try Configuration(step.input["configuration"], keys: ["scan_on_push", "immutable_tags"])
    let uri = Template.attribute("Repository", "RepositoryUri")
    return .fragment(
      resources: [
        "Repository": Template.resource(
          "AWS::ECR::Repository",
          [
            "ImageScanningConfiguration": try configuration.flag("scan_on_push").map { ["ScanOnPush": .bool($0)] },
            "ImageTagMutability": try configuration.flag("immutable_tags").map { $0 ? "IMMUTABLE" : "MUTABLE" },
          ])
      ],
      outputs: ["RepositoryUri": ["Value": uri]],
      exports: ["RepositoryUri": uri, "RepositoryName": Template.ref("Repository")])
  }

  private static func ours(_ step: Step, _ name: String) throws -> JSON? {
    guard let found = try find(step, name) else { return nil }
    if step.current.id == nil, !step.owns(try tags(step, found)) { return nil }
    return found
  }

  private static func find(_ step: Step, _ name: String) throws -> JSON? {
    try step.askIfFound(.ecr, "DescribeRepositories", ["repositoryNames": [.string(name)]])?["repositories"].items().first
  }

  private static func tags(_ step: Step, _ repository: JSON) throws -> [String: String] {
    guard let arn = repository["repositoryArn"] else { return [:] }
    let answer = try step.ask(.ecr, "ListTagsForResource", ["resourceArn": arn])
    return tagMap(try step.member("tags", of: answer, "ListTagsForResource"))
  }

  private static func attributes(_ repository: JSON?) -> JSON {
    let attributes: JSON = [
      "Arn": repository?["repositoryArn"] ?? .null, "RepositoryUri": repository?["repositoryUri"] ?? .null,
    ]
    return attributes.withoutNulls()
  }
}
