internal import AWSDriver
internal import JSON
internal import PluginKit

/// `AWS::ECS::Service`.
enum Service {
  static let handlers = awsType("AWS::ECS::Service", ["create": create, "read": read, "update": update, "delete": delete])

  @Sendable private static func create(_ step: Step) throws -> Done {
    let name = step.name("ServiceName")
    let parameters = try request(step, name)
    // Looked for first: emulators write over a service of that name where ECS says that it is not idempotent.
    if let found = try find(step), isThere(found) {
      try step.requireOwnership(of: "service", named: name, tags: tagMap(found["tags"]))
      return try pending(step, found)
    }
    do {
      let service = try step.untilKnown(
        { try step.askOrLost(.ecs, "CreateService", parameters, select: ["/service/serviceArn"]).map { $0["service"] ?? .null } },
        else: { try find(step).flatMap { isThere($0) && step.owns(tagMap($0["tags"])) ? $0 : nil } })
      return try pending(step, service)
    } catch let error as AWSError
      where error.isOne(of: "InvalidParameterException", "ClientException") && error.message.contains("idempotent")
    {
      guard let found = try find(step), isThere(found) else { throw error }
      try step.requireOwnership(of: "service", named: name, tags: tagMap(found["tags"]))
      return try pending(step, found)
    } catch let error as AWSError
      where error.isOne(of: "InvalidParameterException", "ClientException") && error.message.contains("assume the role")
    {
      // A new role takes some seconds to be seen everywhere.
      throw step.retry(afterMilliseconds: 3000, error.message)
    }
  }

  private static func request(_ step: Step, _ name: String) throws -> JSON {
    var parameters = step.given(
      "Cluster", "TaskDefinition", "DesiredCount", "LaunchType", "LoadBalancers", "NetworkConfiguration",
      "DeploymentConfiguration", "HealthCheckGracePeriodSeconds", "PropagateTags")
    _ = try step.required("Cluster")
    _ = try step.required("TaskDefinition")
    parameters["ServiceName"] = .string(name)
    var body = JSON.object(parameters).lowerCamel()
    body["clientToken"] = step.token("service")
    body["tags"] = step.tagList(.lower)
    return body
  }

  private static func pending(_ step: Step, _ service: JSON?) throws -> Done {
    guard let arn = service?["serviceArn"]?.string else { throw Failure(.internal, "ECS answered a service without an ARN") }
    return step.pending(
      id: arn, "the tasks start",
      attributes: attributes(step, service ?? .null))
  }

  @Sendable private static func read(_ step: Step) throws -> Done {
    guard let service = try find(step) else { return .absent }
    if step.current.id == nil, !step.owns(tagMap(service["tags"])) { return .absent }
    let id = service["serviceArn"]?.string
    let (known, actual) = (attributes(step, service), ServiceProperties.actual(step, service))
    let status = service["status"]?.string
    if status == "INACTIVE" { return .absent }
    if step.awaitsDelete || status == "DRAINING" {
      return step.pending(id: id, "the tasks of the service stop", attributes: known)
    }
    let rollout = Rollout(service)
    switch rollout.state {
    case .steady: return .ready(id: id, attributes: known, properties: actual)
    case .failed(let reason):
      let stopped = try StoppedTasks(step, cluster: try step.required("Cluster"), service: step.name("ServiceName"))
      let why = ([reason] + rollout.events.prefix(3) + stopped.reasons.prefix(3)).joined(separator: "; ")
      return .failed("the service does not become steady: \(why)", id: id, attributes: known, properties: actual)
    case .running(let reason): return step.pending(id: id, reason, attributes: known, properties: actual)
    }
  }

  @Sendable private static func update(_ step: Step) throws -> Done {
    guard let service = try find(step), isThere(service), service["status"]?.string != "DRAINING" else { throw step.gone("service") }
    if step.current.id == nil, !step.owns(tagMap(service["tags"])) { throw step.gone("service") }
    var changes: [String: JSON] = [:]
    for property in changeable where step.changes(property) { changes[property] = step.desired[property] ?? fallbacks[property] }
    if !changes.isEmpty {
      changes["Cluster"] = .string(try step.required("Cluster"))
      changes["Service"] = .string(step.name("ServiceName"))
      _ = try step.ask(.ecs, "UpdateService", JSON.object(changes).lowerCamel(), select: ["/service/serviceArn"])
    }
    try ECSTags.update(step, .ecs, of: service["serviceArn"])
    return try pending(step, service)
  }

  private static let changeable = [
    "TaskDefinition", "DesiredCount", "LoadBalancers", "NetworkConfiguration", "DeploymentConfiguration", "HealthCheckGracePeriodSeconds",
    "PropagateTags",
  ]

  /// What a property that is no longer given goes back to. The others stay as they are, as the API leaves them.
  private static let fallbacks: [String: JSON] = ["LoadBalancers": [], "HealthCheckGracePeriodSeconds": 0, "PropagateTags": "NONE"]

  @Sendable private static func delete(_ step: Step) throws -> Done {
    guard let service = try find(step), isThere(service) else { return .absent }
    if step.current.id == nil, !step.owns(tagMap(service["tags"])) { return .absent }
    let id = service["serviceArn"]?.string
    if service["status"]?.string == "DRAINING" { return step.pending(id: id, "the tasks of the service stop") }
    do {
      _ = try step.ask(
        .ecs, "DeleteService",
        ["cluster": .string(try step.required("Cluster")), "service": .string(step.name("ServiceName")), "force": true],
        select: ["/service/status"])
    } catch let error as AWSError where error.isNotFound || error.isOne(of: "ServiceNotActiveException") {
      return .absent
    }
    return step.pending(id: id, "the tasks of the service stop")
  }

  private static func isThere(_ service: JSON) -> Bool { service["status"]?.string != "INACTIVE" }

  private static func find(_ step: Step) throws -> JSON? {
    let kept = step.parts(
      ["serviceArn", "serviceName", "status", "desiredCount", "runningCount", "pendingCount", "deployments", "events", "tags"],
      forRefresh: ServiceProperties.parts)
    let answer = try step.askIfFound(
      .ecs, "DescribeServices",
      [
        "cluster": .string(try step.required("Cluster")), "services": [.string(step.name("ServiceName"))], "include": ["TAGS"],
      ],
      select: kept.map { "/services/*/\($0)" })
    return answer?["services"].items().first
  }

  private static func attributes(_ step: Step, _ service: JSON) -> JSON {
    let attributes: JSON = [
      "ServiceArn": service["serviceArn"] ?? .null, "Name": .string(step.name("ServiceName")),
      "RunningCount": service["runningCount"] ?? .null,
    ]
    return attributes.withoutNulls()
  }
}
