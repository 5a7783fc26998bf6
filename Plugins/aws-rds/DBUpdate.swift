internal import AWSDriver
internal import JSON
internal import PluginKit

/// How a database is changed in place (API reference, `ModifyDBInstance`). RDS restarts it for some of the changes, at once and not in the
/// maintenance window: a stack is as its template says when the update has ended.
enum DBUpdate {
  @Sendable static func run(_ step: Step) throws -> Done {
    let name = step.current.id ?? step.name("DBInstanceIdentifier")
    guard let instance = try DBInstance.find(step, name), instance["DBInstanceStatus"]?.string != "deleting" else { throw step.gone("database") }
    if step.current.id == nil, !step.owns(tagMap(instance["TagList"])) { throw step.gone("database") }
    var changes: [String: JSON] = [:]
    for (property, parameter) in parameters where step.changes(property) {
      changes[parameter] = step.desired[property] ?? fallbacks[property]
    }
    if !changes.isEmpty { try modify(step, name, changes) }
    try DBTags.update(step, of: instance["DBInstanceArn"])
    return step.pending(id: name, "the database is changed", attributes: DBInstance.attributes(step, instance), slowest: 10_000)
  }

  private static func modify(_ step: Step, _ name: String, _ changes: [String: JSON]) throws {
    var changes = changes
    changes["DBInstanceIdentifier"] = .string(name)
    changes["ApplyImmediately"] = true
    do {
      _ = try step.ask(.rds, "ModifyDBInstance", .object(changes), select: ["/DBInstance/DBInstanceStatus"])
    } catch let error as AWSError where error.isOne(of: "InvalidDBInstanceState") {
      // It is at work on something, perhaps on the same change from an attempt before.
      throw Failure(.busy, "the database \(name) cannot be changed yet: \(error.message)")
    }
  }

  /// The properties that can be changed, and what the API calls them.
  private static let parameters = [
    "AllocatedStorage": "AllocatedStorage", "AutoMinorVersionUpgrade": "AutoMinorVersionUpgrade",
    "BackupRetentionPeriod": "BackupRetentionPeriod", "DBInstanceClass": "DBInstanceClass", "DeletionProtection": "DeletionProtection",
    "EngineVersion": "EngineVersion", "MasterUserPassword": "MasterUserPassword", "MultiAZ": "MultiAZ", "Port": "DBPortNumber",
    "PubliclyAccessible": "PubliclyAccessible", "StorageType": "StorageType", "VPCSecurityGroups": "VpcSecurityGroupIds",
  ]

  /// What a property that is no longer given goes back to. The others stay as they are: RDS has no value of its own for them.
  private static let fallbacks: [String: JSON] = [
    "AutoMinorVersionUpgrade": true, "BackupRetentionPeriod": 1, "DeletionProtection": false, "MultiAZ": false,
  ]
}
