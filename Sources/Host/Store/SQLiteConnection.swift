internal import CSQLite

/// What SQLite refused, in its words, with the statement.
public struct SQLiteError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The extended result code (sqlite.org/rescode.html).
  public let code: Int32
  /// SQLite's message.
  public let message: String
  /// The statement, without its values.
  public let statement: String
  /// The file of the database; empty where it is not known.
  public var file = ""

  /// SQLite's message and code, and the statement without its values.
  public var description: String { "\(message) (SQLite \(code)) in: \(statement)" }

  /// Whether the same may go well a little later: no room, a lock, a file that cannot be written or read at the moment (sqlite.org/rescode.html).
  public var isPassing: Bool {
    [SQLITE_FULL, SQLITE_BUSY, SQLITE_LOCKED, SQLITE_READONLY, SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_NOMEM].contains(code & 0xff)
  }

  /// Whether a uniqueness rule was broken.
  public var isUniqueViolation: Bool {
    code == SQLITE_CONSTRAINT_UNIQUE_CODE || code == SQLITE_CONSTRAINT_PRIMARYKEY_CODE
  }
}

// The extended codes are macros with shifts, which do not import: SQLITE_CONSTRAINT | (n << 8).
private let SQLITE_CONSTRAINT_PRIMARYKEY_CODE: Int32 = 19 | (6 << 8)
private let SQLITE_CONSTRAINT_UNIQUE_CODE: Int32 = 19 | (8 << 8)

/// A value that is bound to a statement or read from a row.
public enum SQLiteValue: Hashable, Sendable {
  case null
  case integer(Int64)
  case text(String)
  case blob([UInt8])
}

/// One connection to a database file. Not safe to share between threads: `Database` keeps each on its own queue.
final class SQLiteConnection {
  /// How long a statement waits for a lock that another connection holds.
  static let busyMilliseconds: Int32 = 5000
  private(set) var handle: OpaquePointer?
  private var statements: [String: OpaquePointer] = [:]
  let path: String
  /// Statements that a negative control has put off until after the commit that they belong to.
  var postponed: [(sql: String, values: [SQLiteValue])] = []

  /// Opens the file and creates it when it is not there.
  init(path: String, readOnly: Bool) throws(SQLiteError) {
    self.path = path
    let flags = (readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) | SQLITE_OPEN_NOMUTEX
    let code = sqlite3_open_v2(path, &handle, flags, nil)
    guard code == SQLITE_OK else {
      let error = SQLiteError(code: code, message: Self.message(handle), statement: "open \(path)", file: path)
      sqlite3_close_v2(handle)
      throw error
    }
    sqlite3_extended_result_codes(handle, 1)
    sqlite3_busy_timeout(handle, Self.busyMilliseconds)
  }

  deinit {
    for statement in statements.values { sqlite3_finalize(statement) }
    sqlite3_close_v2(handle)
  }

  /// Runs statements that give no rows and take no values, separated by semicolons.
  func script(_ sql: String) throws(SQLiteError) {
    let code = sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw error(code, sql) }
  }

  /// Runs one statement, whose compiled form is kept, that gives no rows.
  func run(_ sql: String) throws(SQLiteError) { _ = try rows(sql, []) }

  /// Runs one statement, whose compiled form is kept, and gives its rows.
  func rows(_ sql: String, _ values: [SQLiteValue]) throws(SQLiteError) -> [Row] {
    let statement = try prepared(sql)
    defer {
      sqlite3_reset(statement)
      sqlite3_clear_bindings(statement)
    }
    for (index, value) in values.enumerated() { try bind(value, at: Int32(index + 1), of: statement, sql) }
    var rows: [Row] = []
    while true {
      let code = sqlite3_step(statement)
      if code == SQLITE_DONE { return rows }
      guard code == SQLITE_ROW else { throw error(code, sql) }
      rows.append(Row((0..<sqlite3_column_count(statement)).map { Self.column($0, of: statement) }))
    }
  }

  private func prepared(_ sql: String) throws(SQLiteError) -> OpaquePointer {
    if let statement = statements[sql] { return statement }
    var statement: OpaquePointer?
    // PostgreSQL numbers its parameters `$1`; to SQLite that is a name, numbered by where it first stands, and `?1` is the number.
    let numbered = sql.replacing("$", with: "?")
    let code = sqlite3_prepare_v3(handle, numbered, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
    guard code == SQLITE_OK, let statement else { throw error(code, sql) }
    statements[sql] = statement
    return statement
  }

  private func bind(_ value: SQLiteValue, at index: Int32, of statement: OpaquePointer, _ sql: String) throws(SQLiteError) {
    // SQLITE_TRANSIENT is a cast of -1 that does not import: SQLite copies the bytes before the call returns.
    let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    let code =
      switch value {
      case .null: sqlite3_bind_null(statement, index)
      case .integer(let number): sqlite3_bind_int64(statement, index, number)
      case .text(let text): sqlite3_bind_text(statement, index, text, Int32(text.utf8.count), transient)
      case .blob(let bytes): sqlite3_bind_blob(statement, index, bytes, Int32(bytes.count), transient)
      }
    guard code == SQLITE_OK else { throw error(code, sql) }
  }

  private static func column(_ index: Int32, of statement: OpaquePointer) -> SQLiteValue {
    switch sqlite3_column_type(statement, index) {
    case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, index))
    case SQLITE_TEXT:
      let bytes = UnsafeBufferPointer(
        start: sqlite3_column_text(statement, index), count: Int(sqlite3_column_bytes(statement, index)))
      return .text(String(decoding: bytes, as: UTF8.self))
    case SQLITE_BLOB:
      let bytes = UnsafeRawBufferPointer(
        start: sqlite3_column_blob(statement, index), count: Int(sqlite3_column_bytes(statement, index)))
      return .blob(Array(bytes))
    default: return .null
    }
  }

  private func error(_ code: Int32, _ sql: String) -> SQLiteError {
    SQLiteError(code: code, message: Self.message(handle), statement: sql, file: path)
  }

  private static func message(_ handle: OpaquePointer?) -> String {
    handle.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) } ?? "out of memory"
  }
}

/// One row of an answer; columns by place, in the order of the statement.
public struct Row: Sendable {
  private let columns: [SQLiteValue]

  init(_ columns: [SQLiteValue]) { self.columns = columns }

  /// The text of a column; empty for null.
  public func text(_ index: Int) -> String { if case .text(let text) = columns[index] { text } else { "" } }

  /// The text of a column, nil for null.
  public func optionalText(_ index: Int) -> String? { if case .text(let text) = columns[index] { text } else { nil } }

  /// The integer of a column; 0 for null.
  public func integer(_ index: Int) -> Int64 { if case .integer(let value) = columns[index] { value } else { 0 } }

  /// The integer of a column, nil for null.
  public func optionalInteger(_ index: Int) -> Int64? { if case .integer(let value) = columns[index] { value } else { nil } }

  /// The bytes of a column; empty for null.
  public func blob(_ index: Int) -> [UInt8] { if case .blob(let bytes) = columns[index] { bytes } else { [] } }
}
