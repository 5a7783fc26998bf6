/// Looks at a database before it is used: whether SQLite can read it, and whether it is one of cld's and not an empty one in the place of ours.
struct DatabaseCheck {
  let files: StoreFiles

  /// Up to this size every page is looked at, in bytes; it takes about 1 ms a mebibyte. Beyond it damage shows when a page is read.
  private static let largestWhole = 256 << 20

  /// Refuses what is damaged or lost.
  func check(_ connection: SQLiteConnection) throws {
    let version = try connection.rows("PRAGMA user_version", []).first?.integer(0) ?? 0
    let tables = Set(try connection.rows("SELECT name FROM sqlite_master WHERE type = 'table'", []).map { $0.text(0) })
    if tables.isEmpty, version == 0, files.installation != nil || StoreFiles.size(of: files.key) != nil {
      throw StoreError.lost(path: files.database, what: "has no tables", home: files.home, installation: files.installation)
    }
    if version > 0, version <= Migrations.steps.count, let missing = Self.tables.subtracting(tables).min() {
      throw StoreError.damaged(path: files.database, what: "it has no table \(missing)")
    }
    guard (StoreFiles.size(of: files.database) ?? 0) <= Self.largestWhole else { return }
    if let problem = try connection.rows("PRAGMA quick_check(1)", []).first?.text(0), problem != "ok" {
      throw StoreError.damaged(path: files.database, what: problem.split(separator: "\n").joined(separator: " "))
    }
  }

  /// The tables that every version has.
  private static let tables: Set = ["installation", "stacks", "resources", "operations", "effects", "events", "secrets"]
}
