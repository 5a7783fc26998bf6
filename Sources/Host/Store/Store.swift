internal import Glibc

/// Why the state folder cannot be used.
public enum StoreError: Error, Sendable, CustomStringConvertible {
  /// A folder or file of the state cannot be made or opened.
  case folder(path: String, reason: String)
  /// Another host has the lock.
  case locked(path: String)

  /// The sentence for people.
  public var description: String {
    switch self {
    case .folder(let path, let reason): "\(path): \(reason)"
    case .locked(let path): "\(path) is locked: another cld-host uses this folder"
    }
  }
}

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
    vault = try Vault(keyFile: "\(home)/data/secret.key")
    umask(0o077)
    let database = try Database(path: "\(folder)/cld.sqlite")
    self.database = database
    let fresh = try Self.identifier()
    installation = try await database.write { transaction in
      if let row = try transaction.rows("SELECT id FROM installation").first { return row.text(0) }
      try transaction.rows(
        "INSERT INTO installation (id, created_at) VALUES ($1, $2)", [.text(fresh), .integer(Int64(time(nil)))])
      return fresh
    }
  }

  deinit { close(lock) }

  /// Runs the body in a transaction; returns when it is durable. Writes that wait at the same time share one fsync.
  public func write<Result: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Result) async throws -> Result {
    try await database.write(body)
  }

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
