internal import AWSDriver
internal import JSON
internal import PluginKit

/// A database's properties as RDS shows them (API reference, `DBInstance`).
enum DBProperties {
  static func actual(_ step: Step, _ instance: JSON) -> JSON? {
    step.actual { actual in
      for name in plain { actual.set([name: instance[name]]) }
      actual.set(["Port": instance["Endpoint"]?["Port"]])
      actual.set("EngineVersion", instance["EngineVersion"]) { asked in
        isVersion(
          instance["EngineVersion"]?.string ?? "", asked.scalarText ?? "", engine: instance["Engine"]?.string,
          upgrades: instance["AutoMinorVersionUpgrade"]?.scalarText == "true")
      }
      // RDS keeps the name in lower case.
      actual.set("DBSubnetGroupName", instance["DBSubnetGroup"]?["DBSubnetGroupName"]) { asked in
        asked.string?.lowercased() == instance["DBSubnetGroup"]?["DBSubnetGroupName"]?.string?.lowercased()
      }
      if let groups = instance["VpcSecurityGroups"] {
        let kept = groups.items("VpcSecurityGroupMembership").filter { $0["Status"]?.string != "removing" }
        actual.set(["VPCSecurityGroups": .array(kept.compactMap { $0["VpcSecurityGroupId"] })])
      }
      actual.set(["Tags": instance["TagList"].map { step.userTags(tagMap($0)) }])
    }
  }

  /// What RDS shows as it was asked for. The names of the database and of its master user never change.
  private static let plain = [
    "DBInstanceClass", "Engine", "AllocatedStorage", "StorageType", "StorageEncrypted", "MultiAZ", "PubliclyAccessible", "BackupRetentionPeriod",
    "DeletionProtection", "AutoMinorVersionUpgrade",
  ]

  /// Whether a version is the one that was asked for: `8.0` is any `8.0.x`, and where RDS upgrades minor versions by itself `8.0.35` is also a later `8.0.x`
  /// ("Upgrading a DB instance engine version" of the user guide).
  private static func isVersion(_ version: String, _ asked: String, engine: String?, upgrades: Bool) -> Bool {
    if version == asked || version.hasPrefix(asked + ".") { return true }
    guard upgrades else { return false }
    let (now, wanted) = (version.split(separator: "."), asked.split(separator: "."))
    guard now.count == wanted.count, now.count > 1, now.dropLast() == wanted.dropLast() else { return false }
    guard let newer = now.last.flatMap({ Int($0) }), let older = wanted.last.flatMap({ Int($0) }) else { return false }
    // `8.0` and `8.4` are other releases of MySQL and MariaDB; PostgreSQL's have one number.
    return newer > older && (now.count > 2 || engine == "postgres")
  }
}
