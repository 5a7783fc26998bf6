internal import AWSDriver
internal import JSON
internal import PluginKit

/// An application file with what the environment exports, checked.
struct Application {
  /// The name of the one container.
  static let container = "app"

  let image: JSON
  let containerPort, hostPort, memory, count: Int64
  let cpu: Int64?
  let healthCheck: String
  /// What goes to the container as it stands.
  let plain: [String: JSON]
  /// What goes by way of a secret: the variable and the logical id of its secret.
  let hidden: [String: String]
  /// Logical ids of secrets and their values.
  let secrets: [String: JSON]
  /// The logical id of the secret with the registry's credentials.
  let registry: String?
  let launch: LaunchType
  let region: String
  let cluster, vpc, subnets, clientSecurityGroup: JSON
  let securityGroups: [JSON]

  private static let keys: Set<String> = [
    "image", "container_port", "host_port", "memory", "cpu", "replicas", "count", "health_check", "registry",
  ]

  init(_ step: Step) throws {
    let file = try Configuration(step.input["configuration"], keys: Self.keys)
    guard let image = file["image"] else { throw Failure(.badRequest, "image is missing", property: "/configuration/image") }
    self.image = image
    let ports: ClosedRange<Int64> = 1...65535
    guard let port = try file.number("container_port", ports) else {
      throw Failure(.badRequest, "container_port is missing", property: "/configuration/container_port")
    }
    containerPort = port
    hostPort = try file.number("host_port", ports, default: 80) ?? 80
    memory = try file.number("memory", 6...122_880, default: 512) ?? 512
    cpu = try file.number("cpu", 1...16384)
    count = try file.number("replicas", 0...1000) ?? file.number("count", 0...1000) ?? 1
    let health = try file.text("health_check") ?? "/"
    guard health.hasPrefix("/") else {
      throw Failure(.badRequest, "health_check must be a path that starts with /", property: "/configuration/health_check")
    }
    healthCheck = health

    var plain: [String: JSON] = [:]
    var hidden: [String: String] = [:]
    var secrets: [String: JSON] = [:]
    for (index, (key, value)) in (step.input["env"]?.object ?? [:]).sorted(by: { $0.key < $1.key }).enumerated() {
      if let text = value.scalarText {
        plain[key] = .string(text)
      } else {
        let logicalID = "Secret\(index + 1)"
        hidden[key] = logicalID
        secrets[logicalID] = value
      }
    }
    registry = try Self.registry(file).map { credentials in
      secrets["RegistryCredentials"] = credentials
      return "RegistryCredentials"
    }
    (self.plain, self.hidden, self.secrets) = (plain, hidden, secrets)

    let exports = step.input["environment"]?["exports"] ?? .null
    func export(_ name: String) throws -> JSON {
      guard let value = exports[name], !value.isNull else {
        throw Failure(.badRequest, "the environment exports no \(name); is it one with a cluster of ECS?")
      }
      return value
    }
    launch = LaunchType(rawValue: exports["LaunchType"]?.string ?? "ec2") ?? .ec2
    cluster = try export("ClusterName")
    vpc = try export("VpcId")
    subnets = try export("SubnetIds")
    clientSecurityGroup = try export("ClientSecurityGroup")
    securityGroups = exports["SecurityGroups"]?.array ?? []
    region = step.config["region"]?.string ?? ""
  }

  /// `registry: {username, password}` as ECS wants the secret: JSON text with these two members
  /// ("Private registry authentication" of the ECS developer guide).
  private static func registry(_ file: Configuration) throws -> JSON? {
    guard let registry = file["registry"] else { return nil }
    let keys = try Configuration(registry, at: "/configuration/registry", keys: ["username", "password"])
    guard let username = keys["username"], let password = keys["password"] else {
      throw Failure(.badRequest, "registry needs username and password", property: "/configuration/registry")
    }
    return ["$json": ["username": username, "password": password]]
  }
}
