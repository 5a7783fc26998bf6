internal import CSQLite
internal import Faults
internal import Glibc

/// The troubles of the fault campaign, as SQLite itself reports them. In a host without `CLD_FAULTS` nothing here does anything.
extension SQLiteConnection {
  /// Brings the trouble that is armed over the next commit.
  func meetWriteTrouble() throws(SQLiteError) {
    switch Faults.storeTrouble {
    case .readonly:
      try script("PRAGMA query_only=ON")
      defer { try? script("PRAGMA query_only=OFF") }
      try script("BEGIN IMMEDIATE; UPDATE installation SET id = id; COMMIT")
    case .busy:
      let other = try SQLiteConnection(path: path, readOnly: false)
      try other.script("BEGIN IMMEDIATE")
      defer { try? other.script("ROLLBACK") }
      sqlite3_busy_timeout(handle, 50)
      defer { sqlite3_busy_timeout(handle, Self.busyMilliseconds) }
      try script("BEGIN IMMEDIATE; ROLLBACK")
    case .full, .unreadable, nil: break
    }
  }

  /// Lets a commit find the disk full.
  func meetFullDisk() throws(SQLiteError) {
    guard Faults.storeTrouble == .full else { return }
    throw SQLiteError(code: SQLITE_FULL, message: "database or disk is full", statement: "COMMIT", file: path)
  }

  /// Brings the trouble that is armed over the next read.
  func meetReadTrouble() throws(SQLiteError) {
    guard Faults.storeTrouble == .unreadable else { return }
    throw SQLiteError(code: SQLITE_IOERR, message: "disk I/O error", statement: "SELECT", file: path)
  }

  /// Writes what a negative control has put off, in a commit of its own.
  func writePostponed() {
    guard !postponed.isEmpty else { return }
    let statements = postponed
    postponed = []
    do {
      try script("BEGIN IMMEDIATE")
      for statement in statements { _ = try rows(statement.sql, statement.values) }
      try script("COMMIT")
    } catch {
      try? script("ROLLBACK")
    }
  }
}
