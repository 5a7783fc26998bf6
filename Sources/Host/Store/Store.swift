internal import Glibc

/// The state of this installation: the database in `CLD_HOME/data/deployments`, and the vault for secrets.
/// One process at a time: a lock is held as long as the store is open.
public final class Store: Sendable {
  /// The id of this installation; made once, part of every tag and token.
  public let installation: String
  /// Opens and seals secrets.
  public let vault: Vault
  /// The folder `CLD_HOME/data/deployments`.
  public let folder: String
  private let database: Database
  private let lock: Int32
  private let trouble = StoreTrouble()

  /// Opens the state below that home, and makes it when it is not there.
  public init(home: String) async throws {
    folder = "\(home)/data/deployments"
    for path in [home, "\(home)/data", folder] {
      guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
        throw StoreError.folder(path: path, reason: String(cString: strerror(errno)))
      }
    }
    lock = open("\(folder)/cld.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard lock >= 0 else { throw StoreError.folder(path: folder, reason: String(cString: strerror(errno))) }
    // A process that was just started from here, or from a host that was killed, has a copy of the old lock until it executes its own program.
    var attempts = 0
    while flock(lock, LOCK_EX | LOCK_NB) != 0 {
      attempts += 1
      guard attempts < 40 else {
        close(lock)
        throw StoreError.locked(path: "\(folder)/cld.lock")
      }
      usleep(5_000)
    }
    umask(0o077)
    let files = StoreFiles(home: home)
    do {
      try files.check()
      let database = try Self.checked(files)
      self.database = database
      installation = try await Self.installation(database, files)
      try await Self.requireKey(database, files)
      vault = try Vault(keyFile: files.key)
      try files.mark(installation)
    } catch {
      close(lock)
      throw error
    }
  }

  private static func checked(_ files: StoreFiles) throws -> Database {
    do {
      // With a connection that cannot write: the last one that closes would otherwise copy the log into the database and remove it.
      if StoreFiles.size(of: files.database) ?? 0 > 0 { try DatabaseCheck(files: files).check(SQLiteConnection(path: files.database, readOnly: true)) }
      return try Database(path: files.database)
    } catch let error as SQLiteError where error.isDamage {
      throw StoreError.damaged(path: files.database, what: error.message)
    }
  }

  private static func installation(_ database: Database, _ files: StoreFiles) async throws -> String {
    let fresh = try Self.identifier()
    let known = files.installation
    return try await database.write { transaction in
      if let row = try transaction.rows("SELECT id FROM installation").first { return row.text(0) }
      if known != nil { throw StoreError.damaged(path: files.database, what: "it does not say which installation it is") }
      try transaction.rows(
        "INSERT INTO installation (id, created_at) VALUES ($1, $2)", [.text(fresh), .integer(Int64(time(nil)))])
      return fresh
    }
  }

  /// A new key would not open what the old one has sealed.
  private static func requireKey(_ database: Database, _ files: StoreFiles) async throws {
    guard StoreFiles.size(of: files.key) == nil else { return }
    let sealed = try await database.read { try $0.rows("SELECT COUNT(*) FROM secrets").first?.integer(0) ?? 0 }
    guard sealed > 0 || files.installation != nil else { return }
    throw StoreError.lost(path: files.key, what: "is missing, with which \(sealed) secrets are sealed", home: files.home, installation: files.installation)
  }

  deinit { close(lock) }

  /// Runs the body in a transaction; returns when it is durable. Writes that wait at the same time share one fsync.
  public func write<Result: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Result) async throws -> Result {
    do {
      let result = try await database.write(body)
      trouble.note(nil)
      return result
    } catch {
      trouble.note(error)
      throw error
    }
  }

  /// Why the state cannot be written at this moment; nil when the last write went well.
  public var problem: String? { trouble.current }

  /// Runs the body on a consistent snapshot.
  public func read<Result: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Result) async throws -> Result {
    try await database.read(body)
  }

  /// A new identifier of 16 hexadecimal digits.
  public static func identifier() throws -> String {
    try Vault.random(8).map { byte in
      let hex = String(byte, radix: 16)
      return byte < 16 ? "0" + hex : hex
    }.joined()
  }
}
