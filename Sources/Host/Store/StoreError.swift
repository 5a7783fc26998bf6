internal import CSQLite

/// Why the state cannot be used.
public enum StoreError: Error, Sendable, CustomStringConvertible {
  /// A folder or file of the state cannot be made or opened.
  case folder(path: String, reason: String)
  /// Another host has the lock.
  case locked(path: String)
  /// A file is not there, or has nothing in it, in a home where there was an installation. What is missing is no beginning.
  case lost(path: String, what: String, home: String, installation: String?)
  /// A file is not what SQLite or cld has written.
  case damaged(path: String, what: String)

  /// The sentence for people.
  public var description: String {
    switch self {
    case .folder(let path, let reason): "\(path) cannot be used: \(reason)"
    case .locked(let path): "\(path) is locked: another cld-host uses this folder"
    case .lost(let path, let what, let home, let installation):
      "\(path) \(what), and there was an installation in this home; nothing is done before it is clear what it has made: put a backup of \(home)/data back, or, to begin with nothing,"
        + " move \(home)/data and \(home)/installation away; what exists in the cloud then has only its tags\(installation.map { " (cld:installation = \($0))" } ?? "")"
    case .damaged(let path, let what):
      "\(path) is damaged: \(what); nothing was changed. Put a backup of the folder data back, or save what can be read (`sqlite3 cld.sqlite .recover`): docs/operations.md, \"A state that is damaged\""
    }
  }
}

extension SQLiteError {
  /// Whether the file is not what SQLite has written.
  public var isDamage: Bool { [SQLITE_CORRUPT, SQLITE_NOTADB].contains(code & 0xff) }

  /// Whether there is no room on the disk.
  public var isFull: Bool { code & 0xff == SQLITE_FULL }

  /// What it means for the state, with the remedy, in one sentence.
  public var sentence: String {
    let file = file.isEmpty ? "the database" : file
    return
      switch code & 0xff {
      case SQLITE_FULL: "\(file) cannot grow: the disk is full; free some space"
      case SQLITE_BUSY, SQLITE_LOCKED: "\(file) is locked by another program: close what has it open, such as a sqlite3 shell"
      case SQLITE_READONLY: "\(file) cannot be written: make it and its folder writable"
      case SQLITE_CORRUPT, SQLITE_NOTADB: StoreError.damaged(path: file, what: message).description
      default: "\(file) cannot be read or written: \(message)"
      }
  }
}
