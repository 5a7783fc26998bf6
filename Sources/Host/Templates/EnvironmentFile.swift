public import JSON

/// What an environment file asks for.
public struct EnvironmentFile: Sendable {
  /// One resource: a database, a registry.
  public struct Resource: Sendable {
    /// The cloud, such as `aws`.
    public var cloud: String
    /// The alias of a resource type, such as `rds`.
    public var alias: String
    /// The driver's configuration as the file has it.
    public var configuration: JSON
    /// Who else may reach the resource, as the driver's expansion reads it.
    public var policy: JSON
    /// Where it stands, for messages.
    public var pointer: JSONPointer
  }

  /// Where applications will run.
  public struct Deployment: Sendable {
    /// The cloud, such as `aws`.
    public var cloud: String
    /// The alias of a coe type, such as `ecs`.
    public var alias: String
    /// The driver's configuration: the section without `target` and `type`.
    public var configuration: JSON
    /// Where it stands, for messages.
    public var pointer: JSONPointer
  }

  /// The resources in the order of the file.
  public var resources: [Resource]
  /// Where applications will run; nil for an environment without.
  public var deployment: Deployment?
  /// {vpc, subnets, security_groups}, null for the default network.
  public var network: JSON
  /// The file itself, for messages.
  public let document: SourceDocument

  /// Reads the file (interfaces.md, "Environment and application files").
  public init(_ document: SourceDocument) throws(SourceError) {
    self.document = document
    let top = try SourceObject(document, at: JSONPointer(), what: "an environment file")
    try top.allow(["environment"])
    guard let environment = try top.object("environment") else {
      throw document.error(at: JSONPointer(), "'environment' is missing: an environment file starts with `environment:`")
    }
    try environment.allow(["resources", "app_deployment", "network"])
    network = try Self.network(environment)
    resources = try Self.resources(environment)
    deployment = try Self.deployment(environment)
    guard deployment != nil || !resources.isEmpty else {
      throw document.error(at: environment.pointer, "asks for nothing: add `resources:` or `app_deployment:`")
    }
  }

  private static func network(_ environment: SourceObject) throws(SourceError) -> JSON {
    guard let network = try environment.object("network") else { return .null }
    try network.allow(["vpc", "subnets", "security_groups"])
    _ = try network.requiredText("vpc", example: "vpc-0123456789abcdef0")
    for key in ["subnets", "security_groups"] {
      for value in try network.list(key) where value.string == nil {
        throw network.error(at: key, "'\(key)' must be a list of ids")
      }
    }
    return .object(network.members)
  }

  private static func resources(_ environment: SourceObject) throws(SourceError) -> [Resource] {
    guard let clouds = try environment.object("resources") else { return [] }
    var out: [Resource] = []
    for cloud in clouds.members.keys.sorted() {
      for index in try clouds.list(cloud).indices {
        let pointer = clouds.pointer.appending(cloud).appending(String(index))
        let entry = try SourceObject(clouds.document, at: pointer, what: "an entry of '\(cloud)'")
        try entry.allow(["resource"])
        guard let resource = try entry.object("resource") else {
          throw clouds.document.error(at: pointer, "'resource' is missing: an entry is `- resource: {type: rds, ...}`")
        }
        try resource.allow(["type", "configuration", "policy"])
        let alias = try resource.requiredText("type", example: "rds")
        let configuration = try resource.object("configuration")
        let policy = try resource.object("policy")
        try policy?.allow(["access"])
        out.append(
          Resource(
            cloud: cloud, alias: alias, configuration: .object(configuration?.members ?? [:]),
            policy: policy.map { .object($0.members) } ?? .null, pointer: resource.pointer))
      }
    }
    return out
  }

  private static func deployment(_ environment: SourceObject) throws(SourceError) -> Deployment? {
    guard let deployment = try environment.object("app_deployment") else { return nil }
    let cloud = try deployment.requiredText("target", example: "aws")
    let alias = try deployment.requiredText("type", example: "ecs")
    var configuration = deployment.members
    configuration["target"] = nil
    configuration["type"] = nil
    return Deployment(cloud: cloud, alias: alias, configuration: .object(configuration), pointer: deployment.pointer)
  }
}
