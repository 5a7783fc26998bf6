/// The words of `DBInstanceStatus` ("Viewing DB instance status" of the RDS user guide).
enum DBStatus {
  /// Whether RDS has given up on the instance.
  static func isFailed(_ status: String) -> Bool {
    status == "failed" || status == "restore-error" || status.hasPrefix("incompatible-")
      || status.hasPrefix("inaccessible-encryption-credentials")
  }

  /// Whether it is where the host waits for it to be.
  static func isSettled(_ status: String, awaiting: String?) -> Bool {
    switch awaiting {
    case "action:stop": status == "stopped"
    case "delete": false
    case "create", "action:start", "action:reboot": usable.contains(status)
    default: usable.contains(status) || status == "stopped"
    }
  }

  private static let usable: Set<String> = ["available", "storage-optimization", "storage-config-upgrade", "storage-full"]
}
