internal import AWSDriver
internal import JSON
internal import PluginKit

/// `AWS::RDS::DBInstance`, alias `rds`.
enum DBInstance {
  static let handlers = awsType(
    "AWS::RDS::DBInstance",
    [
      "create": create, "read": read, "update": DBUpdate.run, "delete": delete, "action:start": start, "action:stop": stop, "action:reboot": reboot,
      "expand-resource": DBExpansion.expand,
    ])

  @Sendable private static func create(_ step: Step) throws -> Done {
    let name = step.name("DBInstanceIdentifier")
    var parameters = step.given(
      "DBInstanceClass", "Engine", "EngineVersion", "AllocatedStorage", "StorageType", "StorageEncrypted", "MasterUsername",
      "MasterUserPassword", "DBName", "Port", "DBSubnetGroupName", "MultiAZ", "PubliclyAccessible", "BackupRetentionPeriod",
      "DeletionProtection", "AutoMinorVersionUpgrade")
    parameters["DBInstanceIdentifier"] = .string(name)
    parameters["VpcSecurityGroupIds"] = step.properties["VPCSecurityGroups"]
    parameters["Tags"] = step.tagList()
    let instance: JSON
    do {
      let answer = try step.ask(.rds, "CreateDBInstance", .object(parameters), select: parts.map { "/DBInstance/\($0)" })
      instance = answer["DBInstance"] ?? .null
    } catch let error as AWSError where error.isOne(of: "DBInstanceAlreadyExists") {
      guard let found = try find(step, name) else { throw error }
      try step.requireOwnership(of: "database", named: name, tags: tagMap(found["TagList"]))
      instance = found
    }
    return step.pending(id: name, "the database is created", attributes: attributes(step, instance), slowest: 10_000)
  }

  @Sendable private static func read(_ step: Step) throws -> Done {
    let name = step.current.id ?? step.name("DBInstanceIdentifier")
    guard let instance = try find(step, name) else { return .absent }
    if step.current.id == nil, !step.owns(tagMap(instance["TagList"])) { return .absent }
    let status = instance["DBInstanceStatus"]?.string ?? "unknown"
    let (known, actual) = (attributes(step, instance), DBProperties.actual(step, instance))
    if DBStatus.isFailed(status) {
      if step.awaitsDelete { return step.pending(id: name, "the database is \(status)", attributes: known, slowest: 10_000) }
      return .failed("the database \(name) is \(status)", id: name, attributes: known, properties: actual)
    }
    // What an update asked for stands there until RDS has begun with it, and the status is still that of before.
    let isWaiting = step.awaiting == "update" && instance["PendingModifiedValues"]?.object?.isEmpty == false
    if !isWaiting || status == "stopped", DBStatus.isSettled(status, awaiting: step.awaiting) {
      return .ready(id: name, attributes: known, properties: actual)
    }
    return step.pending(id: name, "the database is \(status)", attributes: known, properties: actual, slowest: 10_000)
  }

  @Sendable private static func delete(_ step: Step) throws -> Done {
    let name = step.current.id ?? step.name("DBInstanceIdentifier")
    if step.current.id == nil {
      guard let found = try find(step, name), step.owns(tagMap(found["TagList"])) else { return .absent }
    }
    var parameters: [String: JSON] = ["DBInstanceIdentifier": .string(name)]
    if step.input["final_snapshot"]?.bool == true {
      parameters["SkipFinalSnapshot"] = false
      parameters["FinalDBSnapshotIdentifier"] = step.input["snapshot_name"] ?? .string("\(name)-final")
    } else {
      parameters["SkipFinalSnapshot"] = true
      parameters["DeleteAutomatedBackups"] = true
    }
    do {
      _ = try step.ask(.rds, "DeleteDBInstance", .object(parameters), select: ["/DBInstance/DBInstanceStatus"])
    } catch let error as AWSError where error.isNotFound {
      return .absent
    } catch let error as AWSError where error.isOne(of: "InvalidDBInstanceState") {
      guard let found = try find(step, name) else { return .absent }
      guard found["DBInstanceStatus"]?.string == "deleting" else {
        throw Failure(.busy, "the database \(name) cannot be deleted yet: \(error.message)")
      }
    }
    return step.pending(id: name, "the database is deleted", slowest: 10_000)
  }

  @Sendable private static func start(_ step: Step) throws -> Done { try act(step, "StartDBInstance") }
  @Sendable private static func stop(_ step: Step) throws -> Done { try act(step, "StopDBInstance") }
  @Sendable private static func reboot(_ step: Step) throws -> Done { try act(step, "RebootDBInstance") }

  private static func act(_ step: Step, _ call: String) throws -> Done {
    guard let id = step.current.id else { throw Failure(.notFound, "the database has no id yet") }
    let named: JSON = ["DBInstanceIdentifier": .string(id)]
    let before = call == "StartDBInstance" ? "stopped" : "available"
    // After a lost reply: if the database is at work on something, or is where the action leads, the call has arrived.
    _ = try step.untilKnown(
      { try step.askOrLost(.rds, call, named, select: ["/DBInstance/DBInstanceStatus"]) },
      else: { try find(step, id).flatMap { $0["DBInstanceStatus"]?.string == before ? nil : $0 } })
    return step.pending(id: id, "\(call) was accepted", slowest: 10_000)
  }

  static func find(_ step: Step, _ name: String) throws -> JSON? {
    // No pointers: where the list has one element XML makes an object of it, where it has several an array.
    let answer = try step.askIfFound(.rds, "DescribeDBInstances", ["DBInstanceIdentifier": .string(name)])
    return answer?["DBInstances"].items("DBInstance").first
  }

  private static let parts = [
    "DBInstanceIdentifier", "DBInstanceStatus", "DBInstanceArn", "Endpoint", "MasterUsername", "DBName", "DbInstancePort",
    "EngineVersion", "Engine",
  ]

  static func attributes(_ step: Step, _ instance: JSON) -> JSON {
    let endpoint: JSON = [
      "Address": instance["Endpoint"]?["Address"] ?? .null, "Port": instance["Endpoint"]?["Port"] ?? .null,
      "HostedZoneId": instance["Endpoint"]?["HostedZoneId"] ?? .null,
    ]
    let reached = endpoint.withoutNulls()
    let attributes: JSON = [
      "DBInstanceArn": instance["DBInstanceArn"] ?? .null,
      "Status": instance["DBInstanceStatus"] ?? .null,
      "Endpoint": reached == [:] ? .null : reached,
      // AWS never shows the password again; the attribute is the handle that the property was.
      "Password": step.properties["MasterUserPassword"] ?? .null,
    ]
    return attributes.withoutNulls()
  }
}
