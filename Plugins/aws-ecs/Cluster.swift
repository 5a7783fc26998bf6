internal import AWSDriver
internal import JSON
internal import PluginKit

/// `AWS::ECS::Cluster`.
enum Cluster {
  static let handlers = awsType("AWS::ECS::Cluster", ["create": create, "read": read, "update": update, "delete": delete])

  @Sendable private static func create(_ step: Step) throws -> Done {
    let name = step.name("ClusterName")
    // CreateCluster answers a cluster of that name whoever made it, so look first.
    if let found = try find(step, name), found["status"]?.string != "INACTIVE" {
      try step.requireOwnership(of: "cluster", named: name, tags: tagMap(found["tags"]))
      return .ready(id: name, attributes: attributes(found))
    }
    let answer = try step.ask(.ecs, "CreateCluster", ["clusterName": .string(name), "tags": step.tagList(.lower)])
    return .ready(id: name, attributes: attributes(answer["cluster"]))
  }

  @Sendable private static func read(_ step: Step) throws -> Done {
    let name = step.current.id ?? step.name("ClusterName")
    guard let cluster = try find(step, name) else { return .absent }
    if step.current.id == nil, !step.owns(tagMap(cluster["tags"])) { return .absent }
    switch cluster["status"]?.string ?? "unknown" {
    case "INACTIVE": return .absent
    case "ACTIVE" where step.awaiting != "delete":
      // All but the name are tags.
      let actual = step.actual { $0.set(["Tags": cluster["tags"].map { step.userTags(tagMap($0)) }]) }
      return .ready(id: name, attributes: attributes(cluster), properties: actual)
    case "FAILED": return .failed("ECS could not make the cluster \(name)", id: name)
    case let status: return step.pending(id: name, "the cluster is \(status)", attributes: attributes(cluster))
    }
  }

  /// All but the name are tags.
  @Sendable private static func update(_ step: Step) throws -> Done {
    let name = step.current.id ?? step.name("ClusterName")
    guard let cluster = try find(step, name), cluster["status"]?.string != "INACTIVE" else { throw step.gone("cluster") }
    if step.current.id == nil, !step.owns(tagMap(cluster["tags"])) { throw step.gone("cluster") }
    try ECSTags.update(step, .ecs, of: cluster["clusterArn"])
    return .ready(id: name, attributes: attributes(cluster))
  }

  @Sendable private static func delete(_ step: Step) throws -> Done {
    let name = step.current.id ?? step.name("ClusterName")
    guard let cluster = try find(step, name), cluster["status"]?.string != "INACTIVE" else { return .absent }
    if step.current.id == nil, !step.owns(tagMap(cluster["tags"])) { return .absent }
    // The agents of terminated machines stay registered for a while, and hold the cluster.
    let left = try step.askIfFound(.ecs, "ListContainerInstances", ["cluster": .string(name)])
    for instance in left?["containerInstanceArns"].items() ?? [] {
      _ = try step.askIfFound(
        .ecs, "DeregisterContainerInstance", ["cluster": .string(name), "containerInstance": instance, "force": true],
        select: ["/containerInstance/status"])
    }
    let busy: Set<String> = [
      "ClusterContainsContainerInstancesException", "ClusterContainsServicesException", "ClusterContainsTasksException",
      "UpdateInProgressException", "ClusterContainsCapacityProviderException",
    ]
    try step.deleting(whileIn: busy) {
      _ = try step.ask(.ecs, "DeleteCluster", ["cluster": .string(name)], select: ["/cluster/status"])
    }
    return step.pending(id: name, "the cluster is deleted")
  }

  /// The cluster, whatever its status.
  static func find(_ step: Step, _ name: String) throws -> JSON? {
    let answer = try step.askIfFound(.ecs, "DescribeClusters", ["clusters": [.string(name)], "include": ["TAGS"]])
    return answer?["clusters"].items().first
  }

  private static func attributes(_ cluster: JSON?) -> JSON {
    JSON.object(["Arn": cluster?["clusterArn"] ?? .null]).withoutNulls()
  }
}
