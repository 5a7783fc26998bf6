public import JSON

/// The host has lost an operation: another one has taken it up since.
public struct LostEpochError: Error, Sendable, CustomStringConvertible {
  /// The operation.
  public let operationID: String
  /// The sentence for people.
  public var description: String { "another host has taken up operation \(operationID)" }
}

extension Transaction {
  private static let operationColumns = "id, stack_id, kind, status, reason, input, epoch, created_at, finished_at, parent_id"

  /// The operation of that id.
  public func operation(id: String) throws -> OperationRecord? {
    try rows("SELECT \(Self.operationColumns) FROM operations WHERE id = $1", [.text(id)]).first.map(Self.operation)
  }

  /// The operation that was accepted under that idempotency key.
  public func operation(idempotencyKey: String) throws -> OperationRecord? {
    try rows("SELECT \(Self.operationColumns) FROM operations WHERE idempotency_key = $1", [.text(idempotencyKey)])
      .first.map(Self.operation)
  }

  /// The operations that have not ended, oldest first; those of nested stacks run within their outer one's and are left out.
  public func openOperations() throws -> [OperationRecord] {
    try rows("SELECT \(Self.operationColumns) FROM operations WHERE finished_at IS NULL AND parent_id IS NULL ORDER BY created_at").map(Self.operation)
  }

  /// The newest operations, newest first; of one stack or of all.
  public func operations(stackID: String? = nil, limit: Int = 100) throws -> [OperationRecord] {
    try rows(
      "SELECT \(Self.operationColumns) FROM operations WHERE ($1 = '' OR stack_id = $1) ORDER BY created_at DESC, rowid DESC LIMIT $2",
      [.text(stackID ?? ""), .integer(Int64(limit))]
    ).map(Self.operation)
  }

  /// The ids of the nested stacks that an operation changes as parts of its own.
  public func stacksNested(in operationID: String) throws -> [String] {
    try rows("SELECT DISTINCT stack_id FROM operations WHERE parent_id = $1 ORDER BY stack_id", [.text(operationID)]).map { $0.text(0) }
  }

  /// Adds an operation.
  public func insert(_ operation: OperationRecord, idempotencyKey: String? = nil) throws {
    try rows(
      "INSERT INTO operations (\(Self.operationColumns), idempotency_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
      [
        .text(operation.id), .text(operation.stackID), .text(operation.kind.rawValue),
        .text(operation.status.rawValue), .optional(operation.reason), .json(operation.input),
        .integer(operation.epoch), .integer(operation.createdAt), .optional(operation.finishedAt),
        .optional(operation.parentID), .optional(idempotencyKey),
      ])
  }

  /// Takes the operation up: every commit of the epoch before it is refused from here on. Returns the new epoch.
  public func takeUp(operationID: String) throws -> Int64 {
    let row = try rows("UPDATE operations SET epoch = epoch + 1 WHERE id = $1 RETURNING epoch", [.text(operationID)]).first
    guard let row else { throw LostEpochError(operationID: operationID) }
    return row.integer(0)
  }

  /// Refuses to go on when another host has taken up the operation. Call it first in every commit of an operation.
  public func require(epoch: Int64, of operationID: String) throws {
    let row = try rows("SELECT epoch FROM operations WHERE id = $1", [.text(operationID)]).first
    guard row?.integer(0) == epoch else { throw LostEpochError(operationID: operationID) }
  }

  /// Replaces what an operation was asked.
  public func update(operationID: String, input: JSON) throws {
    try rows("UPDATE operations SET input = $2 WHERE id = $1", [.text(operationID), .json(input)])
  }

  /// Sets how far an operation is.
  public func update(operationID: String, status: OperationRecord.Status, reason: String?, finishedAt: Int64?) throws {
    try rows(
      "UPDATE operations SET status = $2, reason = $3, finished_at = $4 WHERE id = $1",
      [.text(operationID), .text(status.rawValue), .optional(reason), .optional(finishedAt)])
  }

  private static func operation(_ row: Row) throws -> OperationRecord {
    guard let kind = OperationRecord.Kind(rawValue: row.text(2)), let status = OperationRecord.Status(rawValue: row.text(3))
    else {
      throw CorruptRecordError(description: "operations: \(row.text(0)) has kind '\(row.text(2))' and status '\(row.text(3))'")
    }
    return try CorruptRecordError.naming("operations", row.text(0)) {
      OperationRecord(
        id: row.text(0), stackID: row.text(1), kind: kind, status: status, reason: row.optionalText(4),
        input: try .column(row.text(5)), parentID: row.optionalText(9), epoch: row.integer(6), createdAt: row.integer(7), finishedAt: row.optionalInteger(8))
    }
  }
}
