internal import AWSDriver
internal import JSON
internal import PluginKit

/// A service's properties as ECS shows them (API reference, `Service`).
enum ServiceProperties {
  /// What of a service only a refresh needs.
  static let parts = [
    "taskDefinition", "launchType", "loadBalancers", "networkConfiguration", "deploymentConfiguration", "healthCheckGracePeriodSeconds", "propagateTags",
  ]

  static func actual(_ step: Step, _ service: JSON) -> JSON? {
    step.actual { actual in
      actual.set([
        "DesiredCount": service["desiredCount"], "LaunchType": service["launchType"], "PropagateTags": service["propagateTags"],
        "HealthCheckGracePeriodSeconds": service["healthCheckGracePeriodSeconds"], "Tags": service["tags"].map { step.userTags(tagMap($0)) },
      ])
      let definition = service["taskDefinition"]
      actual.set("TaskDefinition", definition) { isDefinition(definition?.string ?? "", $0.string ?? "") }
      actual.set([
        "LoadBalancers": service["loadBalancers"].map { balancers in
          .array(balancers.items().map { members($0, ["ContainerName", "ContainerPort", "TargetGroupArn"]) })
        }
      ])
      let network = service["networkConfiguration"]?["awsvpcConfiguration"]
      actual.set("NetworkConfiguration", members: ["AwsvpcConfiguration": network.map { members($0, ["Subnets", "SecurityGroups", "AssignPublicIp"]) }])
      if let deployment = service["deploymentConfiguration"] {
        let breaker = deployment["deploymentCircuitBreaker"].map { members($0, ["Enable", "Rollback"]) }
        actual.set(
          "DeploymentConfiguration",
          members: [
            "MaximumPercent": deployment["maximumPercent"], "MinimumHealthyPercent": deployment["minimumHealthyPercent"],
            "DeploymentCircuitBreaker": breaker,
          ])
      }
    }
  }

  /// The members of these names in CloudFormation's case, of those that are there.
  private static func members(_ json: JSON, _ names: [String]) -> JSON {
    var found: [String: JSON] = [:]
    for name in names { found[name] = json[name.prefix(1).lowercased() + name.dropFirst()] }
    return .object(found).withoutNulls()
  }

  /// Whether an ARN is the definition that was asked for, which may be an ARN, `family:revision`, or a family whose newest revision is meant.
  private static func isDefinition(_ arn: String, _ asked: String) -> Bool {
    guard let name = arn.split(separator: "/").last, !asked.hasPrefix("arn:") else { return arn == asked }
    return name == asked || String(name.split(separator: ":").first ?? "") == asked
  }
}
