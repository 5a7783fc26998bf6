extension Transaction {
  /// The signals for a resource, oldest first.
  public func signals(resourceID: String) throws -> [SignalRecord] {
    try rows(
      "SELECT stack_id, logical_id, unique_id, status, reason, data, created_at FROM signals WHERE resource_id = $1 ORDER BY created_at, unique_id",
      [.text(resourceID)]
    ).map { row in
      SignalRecord(
        stackID: row.text(0), logicalID: row.text(1), resourceID: resourceID, uniqueID: row.text(2), isSuccess: row.text(3) == "SUCCESS",
        reason: row.optionalText(4), data: row.optionalText(5), createdAt: row.integer(6))
    }
  }

  /// Keeps a signal; a second one of the same sender replaces the first.
  public func put(_ signal: SignalRecord) throws {
    try rows(
      """
      INSERT INTO signals (stack_id, logical_id, resource_id, unique_id, status, reason, data, created_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
      ON CONFLICT (resource_id, unique_id) DO UPDATE SET status = excluded.status, reason = excluded.reason, data = excluded.data
      """,
      [
        .text(signal.stackID), .text(signal.logicalID), .text(signal.resourceID), .text(signal.uniqueID),
        .text(signal.isSuccess ? "SUCCESS" : "FAILURE"), .optional(signal.reason), .optional(signal.data), .integer(signal.createdAt),
      ])
  }
}
