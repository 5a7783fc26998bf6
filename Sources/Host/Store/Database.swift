internal import Dispatch
internal import Faults
internal import Synchronization

/// The database: one writer with group commit, one reader beside it.
///
/// Threads: the writer's connection lives on one serial queue and the reader's on another, so no task of the
/// cooperative pool ever blocks on the disk. Writes that are waiting when the writer gets to work share
/// one transaction and one fsync; each has its own savepoint, so one that throws undoes itself alone.
final class Database: Sendable {
  private struct Job: Sendable {
    let body: @Sendable (SQLiteConnection) throws -> Void
    let finish: @Sendable ((any Error)?) -> Void
  }

  // Sound: each connection is touched on its own serial queue only.
  private struct Confined: @unchecked Sendable { let connection: SQLiteConnection }

  private let writer: Confined
  private let reader: Confined
  private let writing = DispatchQueue(label: "cld.store.write")
  private let reading = DispatchQueue(label: "cld.store.read")
  private let waiting = Mutex<[Job]>([])

  init(path: String) throws(SQLiteError) {
    let connection = try SQLiteConnection(path: path, readOnly: false)
    // WAL with synchronous=FULL: a commit is on the disk before it is reported (sqlite.org/pragma.html#pragma_synchronous).
    try connection.script("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
    // 16 MB of pages, in memory and in the log: an operation over thousands of resources comes back to each of their pages, and should neither read them
    // again nor copy them from the log each time.
    try connection.script("PRAGMA cache_size=-16384; PRAGMA wal_autocheckpoint=4096;")
    // Foreign keys are off while tables are rebuilt (sqlite.org/lang_altertable.html, section 7).
    try Migrations.apply(to: connection)
    try connection.script("PRAGMA foreign_keys=ON;")
    writer = Confined(connection: connection)
    reader = Confined(connection: try SQLiteConnection(path: path, readOnly: true))
  }

  /// Runs the body in a transaction and returns when it is durable.
  /// - Throws: what the body throws, and then nothing of it is kept; `SQLiteError` when the commit fails.
  func write<Result: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Result) async throws -> Result {
    let box = Box<Result>()
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      let job = Job(
        body: { connection in
          let value = try body(Transaction(connection))
          box.set(value)
        },
        finish: { error in
          if let error { continuation.resume(throwing: error) } else { continuation.resume() }
        })
      let isFirst = waiting.withLock { jobs in
        jobs.append(job)
        return jobs.count == 1
      }
      if isFirst { writing.async { self.drain() } }
    }
    return try box.take()
  }

  /// Runs the body on a consistent snapshot.
  func read<Result: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      reading.async {
        let connection = self.reader.connection
        continuation.resume(
          with: Swift.Result {
            try connection.meetReadTrouble()
            try connection.run("BEGIN")
            defer { try? connection.run("COMMIT") }
            return try body(Transaction(connection))
          })
      }
    }
  }

  private func drain() {
    let jobs = waiting.withLock { jobs in
      let taken = jobs
      jobs = []
      return taken
    }
    guard !jobs.isEmpty else { return }
    let connection = writer.connection
    var outcomes: [(any Error)?] = []
    Faults.reach(.commitBefore)
    do {
      try connection.meetWriteTrouble()
      try connection.run("BEGIN IMMEDIATE")
      for job in jobs {
        do {
          try connection.run("SAVEPOINT job")
          try job.body(connection)
          try connection.run("RELEASE job")
          outcomes.append(nil)
        } catch {
          try connection.script("ROLLBACK TO job; RELEASE job")
          outcomes.append(error)
        }
      }
      try connection.meetFullDisk()
      try connection.run("COMMIT")
    } catch where Faults.isRemoved(.durability) && outcomes.count == jobs.count {
      try? connection.script("ROLLBACK")
    } catch {
      // The transaction as a whole is lost (disk full, I/O error): nobody may believe that its part was kept.
      try? connection.script("ROLLBACK")
      outcomes = jobs.map { _ in error }
      connection.postponed = []
    }
    Faults.reach(.commitAfter)
    connection.writePostponed()
    for (job, outcome) in zip(jobs, outcomes) { job.finish(outcome) }
  }
}

/// Carries a result from the writer's queue to the task that waits for it.
private final class Box<Value: Sendable>: Sendable {
  private let value = Mutex<Value?>(nil)

  func set(_ new: Value) { value.withLock { $0 = new } }

  func take() throws -> Value {
    guard let taken = value.withLock({ $0 }) else {
      throw SQLiteError(code: 0, message: "the write ended without a result", statement: "")
    }
    return taken
  }
}

/// What a body may do inside one transaction.
public struct Transaction {
  private let connection: SQLiteConnection

  init(_ connection: SQLiteConnection) { self.connection = connection }

  /// Runs one statement with values for `$1`, `$2`, ... and gives its rows.
  @discardableResult
  func rows(_ sql: String, _ values: [SQLiteValue] = []) throws -> [Row] { try connection.rows(sql, values) }

  /// Runs a statement that appends to the outbox: in this transaction, or, where a negative control says so, after it.
  func outbox(_ sql: String, _ values: [SQLiteValue]) throws {
    guard Faults.isRemoved(.outbox) else { return _ = try connection.rows(sql, values) }
    connection.postponed.append((sql, values))
  }
}
