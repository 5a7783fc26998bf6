internal import AWSDriver
internal import JSON
internal import PluginKit

/// `Cld::AWS::EcsClusterCapacity`: nothing in the cloud, only the wait until the machines have joined the cluster.
enum ClusterCapacity {
  static let handlers = awsType(
    "Cld::AWS::EcsClusterCapacity", ["create": create, "read": read, "delete": delete])

  @Sendable private static func create(_ step: Step) throws -> Done {
    _ = try step.required("Count")
    return step.pending(id: try step.required("Cluster"), "the machines start")
  }

  @Sendable private static func read(_ step: Step) throws -> Done {
    if step.awaitsDelete { return .absent }
    let name = try step.required("Cluster")
    let wanted = step.properties["Count"]?.int ?? Int64(step.text("Count") ?? "") ?? 0
    guard let cluster = try Cluster.find(step, name), cluster["status"]?.string != "INACTIVE" else { return .absent }
    let joined = cluster["registeredContainerInstancesCount"]?.int ?? 0
    let attributes: JSON = ["InstanceCount": .int(joined)]
    if joined >= wanted { return .ready(id: name, attributes: attributes) }
    return step.pending(id: name, "\(joined) of \(wanted) machines have joined the cluster", attributes: attributes)
  }

  @Sendable private static func delete(_ step: Step) throws -> Done { .absent }
}
