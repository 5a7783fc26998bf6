internal import AWSDriver
public import PluginABI
internal import PluginKit

let driver = Driver(
  name: "aws-ecs", version: "0.1.0",
  types: [
    awsType(
      "Cld::AWS::ECS", kind: .coe,
      ["expand-environment": EnvironmentExpansion.expand, "expand-application": ApplicationExpansion.expand, "logs": Logs.read]),
    Cluster.handlers, ClusterCapacity.handlers, TaskDefinition.handlers, Service.handlers, LoadBalancer.handlers,
    TargetGroup.handlers, Listener.handlers, LogGroup.handlers, Secret.handlers, Repository.handlers,
  ])

/// The library's one exported symbol.
@c @implementation
public func cld_plugin_entry(_ hostMinimum: UInt32, _ hostMaximum: UInt32) -> UnsafePointer<cld_plugin>? {
  driver.export(hostMinimum: hostMinimum, hostMaximum: hostMaximum)
}
