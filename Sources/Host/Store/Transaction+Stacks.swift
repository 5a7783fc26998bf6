public import JSON

extension JSON {
  /// The value of a column that holds JSON; null where the column is null.
  static func column(_ text: String?) throws(JSONSyntaxError) -> JSON {
    guard let text else { return .null }
    return try JSON.parse(text)
  }
}

extension SQLiteValue {
  static func optional(_ text: String?) -> SQLiteValue { text.map { .text($0) } ?? .null }
  static func optional(_ number: Int64?) -> SQLiteValue { number.map { .integer($0) } ?? .null }
  static func json(_ json: JSON) -> SQLiteValue { .text(json.text) }
}

/// A row that holds what no version of cld writes.
public struct CorruptRecordError: Error, Sendable, CustomStringConvertible {
  /// The table and what is wrong in it.
  public let description: String

  /// A row of a table.
  public init(description: String) { self.description = description }

  /// Reads a row, and says which one it is when a column of it is no JSON.
  static func naming<Record>(_ table: String, _ row: String, _ read: () throws -> Record) throws -> Record {
    do {
      return try read()
    } catch let error as JSONSyntaxError {
      throw CorruptRecordError(description: "\(table): \(row) has a column that is no JSON: \(error.message)")
    }
  }
}

extension Transaction {
  private static let stackColumns =
    "id, kind, name, status, status_reason, environment_id, scope, template, source, outputs, exports, created_at, deleted_at, parent_id, updated_at, settings"

  /// The stack of that id.
  public func stack(id: String) throws -> StackRecord? {
    try rows("SELECT \(Self.stackColumns) FROM stacks WHERE id = $1", [.text(id)]).first.map(Self.stack)
  }

  /// The name of a stack, also of one whose row is damaged.
  public func stackName(id: String) throws -> String? {
    try rows("SELECT name FROM stacks WHERE id = $1", [.text(id)]).first?.text(0)
  }

  /// The stack of that kind and name that is not deleted.
  public func liveStack(kind: StackRecord.Kind, name: String) throws -> StackRecord? {
    try rows(
      "SELECT \(Self.stackColumns) FROM stacks WHERE kind = $1 AND name = $2 AND deleted_at IS NULL",
      [.text(kind.rawValue), .text(name)]
    ).first.map(Self.stack)
  }

  /// All stacks that are not deleted, of one kind or of all, oldest first.
  public func liveStacks(kind: StackRecord.Kind? = nil) throws -> [StackRecord] {
    try rows(
      "SELECT \(Self.stackColumns) FROM stacks WHERE deleted_at IS NULL AND ($1 = '' OR kind = $1) ORDER BY created_at, name",
      [.text(kind?.rawValue ?? "")]
    ).map(Self.stack)
  }

  /// The applications of an environment that are not deleted.
  public func liveApplications(of environmentID: String) throws -> [StackRecord] {
    try rows(
      "SELECT \(Self.stackColumns) FROM stacks WHERE environment_id = $1 AND deleted_at IS NULL ORDER BY created_at",
      [.text(environmentID)]
    ).map(Self.stack)
  }

  /// The stacks that are nested in a stack and not deleted.
  public func liveChildren(of stackID: String) throws -> [StackRecord] {
    try rows("SELECT \(Self.stackColumns) FROM stacks WHERE parent_id = $1 AND deleted_at IS NULL ORDER BY created_at, name", [.text(stackID)])
      .map(Self.stack)
  }

  /// Adds a stack.
  /// - Throws: `SQLiteError` with `isUniqueViolation` when a live one has its name.
  public func insert(_ stack: StackRecord) throws {
    try rows(
      "INSERT INTO stacks (\(Self.stackColumns)) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
      Self.values(stack))
  }

  /// Replaces a stack's mutable columns.
  public func update(_ stack: StackRecord) throws {
    try rows(
      """
      UPDATE stacks SET status = $2, status_reason = $3, outputs = $4, exports = $5, deleted_at = $6, template = $7, source = $8,
      updated_at = $9, settings = $10 WHERE id = $1
      """,
      [
        .text(stack.id), .text(stack.status.rawValue), .optional(stack.statusReason), .json(stack.outputs),
        .json(stack.exports), .optional(stack.deletedAt), .json(stack.template), .json(stack.source), .optional(stack.updatedAt),
        .json(stack.settings.json),
      ])
  }

  /// Moves a stack: its things were found at other endpoints of the same account.
  public func update(stackID: String, scope: JSON) throws {
    try rows("UPDATE stacks SET scope = $2 WHERE id = $1", [.text(stackID), .json(scope)])
  }

  private static func values(_ stack: StackRecord) -> [SQLiteValue] {
    [
      .text(stack.id), .text(stack.kind.rawValue), .text(stack.name), .text(stack.status.rawValue),
      .optional(stack.statusReason), .optional(stack.environmentID), .json(stack.scope), .json(stack.template),
      .json(stack.source), .json(stack.outputs), .json(stack.exports), .integer(stack.createdAt),
      .optional(stack.deletedAt), .optional(stack.parentID), .optional(stack.updatedAt), .json(stack.settings.json),
    ]
  }

  private static func stack(_ row: Row) throws -> StackRecord {
    guard let kind = StackRecord.Kind(rawValue: row.text(1)), let status = StackStatus(rawValue: row.text(3)) else {
      throw CorruptRecordError(description: "stacks: \(row.text(0)) has kind '\(row.text(1))' and status '\(row.text(3))'")
    }
    return try CorruptRecordError.naming("stacks", row.text(0)) {
      StackRecord(
        id: row.text(0), kind: kind, name: row.text(2), status: status, statusReason: row.optionalText(4),
        environmentID: row.optionalText(5), scope: try .column(row.text(6)), template: try .column(row.text(7)),
        source: try .column(row.text(8)), outputs: try .column(row.text(9)), exports: try .column(row.text(10)),
        parentID: row.optionalText(13), settings: StackSettings(json: try .column(row.text(15))), createdAt: row.integer(11),
        updatedAt: row.optionalInteger(14), deletedAt: row.optionalInteger(12))
    }
  }
}
