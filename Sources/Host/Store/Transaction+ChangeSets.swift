internal import JSON

extension Transaction {
  private static let changeSetColumns =
    "id, stack_id, name, kind, status, status_reason, execution_status, description, base, template, source, changes, created_at"

  /// The change sets of a stack, oldest first.
  public func changeSets(of stackID: String) throws -> [ChangeSetRecord] {
    try rows("SELECT \(Self.changeSetColumns) FROM change_sets WHERE stack_id = $1 ORDER BY created_at, rowid", [.text(stackID)])
      .map(Self.changeSet)
  }

  /// The change set of a stack with that name which was not executed; its name is free again when it was.
  public func changeSet(stackID: String, name: String) throws -> ChangeSetRecord? {
    try rows("SELECT \(Self.changeSetColumns) FROM change_sets WHERE stack_id = $1 AND name = $2 AND execution_status <> $3",
      [.text(stackID), .text(name), .text(ChangeSetRecord.ExecutionStatus.complete.rawValue)])
      .first.map(Self.changeSet)
  }

  /// Adds a change set.
  public func insert(_ changeSet: ChangeSetRecord) throws {
    try rows(
      "INSERT INTO change_sets (\(Self.changeSetColumns)) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
      [
        .text(changeSet.id), .text(changeSet.stackID), .text(changeSet.name), .text(changeSet.kind.rawValue),
        .text(changeSet.status.rawValue), .optional(changeSet.statusReason), .text(changeSet.executionStatus.rawValue),
        .optional(changeSet.description), .text(changeSet.base), .json(changeSet.template), .json(changeSet.source),
        .json(changeSet.changes), .integer(changeSet.createdAt),
      ])
  }

  /// Sets whether a change set can be executed.
  public func update(changeSetID: String, executionStatus: ChangeSetRecord.ExecutionStatus) throws {
    try rows("UPDATE change_sets SET execution_status = $2 WHERE id = $1", [.text(changeSetID), .text(executionStatus.rawValue)])
  }

  /// Forgets a change set.
  public func delete(changeSetID: String) throws {
    try rows("DELETE FROM change_sets WHERE id = $1", [.text(changeSetID)])
  }

  private static func changeSet(_ row: Row) throws -> ChangeSetRecord {
    guard let kind = ChangeSetRecord.Kind(rawValue: row.text(3)), let status = ChangeSetRecord.Status(rawValue: row.text(4)),
      let execution = ChangeSetRecord.ExecutionStatus(rawValue: row.text(6))
    else { throw CorruptRecordError(description: "change_sets: \(row.text(0)) has kind '\(row.text(3))' and status '\(row.text(4))'") }
    return try CorruptRecordError.naming("change_sets", row.text(0)) {
      ChangeSetRecord(
        id: row.text(0), stackID: row.text(1), name: row.text(2), kind: kind, status: status, statusReason: row.optionalText(5),
        executionStatus: execution, description: row.optionalText(7), base: row.text(8), template: try .column(row.text(9)),
        source: try .column(row.text(10)), changes: try .column(row.text(11)), createdAt: row.integer(12))
    }
  }
}
