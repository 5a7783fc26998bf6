import Foundation
import Store
import Testing

/// What is left of a state that something else has destroyed is reported as that, and never taken for a new one.
@Suite struct DamageTests {
  /// A home with one stack and one secret, closed; `image` copies it while it is open, as a crash leaves it.
  private final class Home {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("cld-damage-\(UUID().uuidString)").path
    var database: String { path + "/data/deployments/cld.sqlite" }
    var key: String { path + "/data/secret.key" }
    var marker: String { path + "/installation" }
    private(set) var installation = ""

    init(crashed: Bool = false) async throws {
      let origin = crashed ? path + "-open" : path
      try await write(20, "a", in: origin, secret: "h")
      // The last connection that closes, and can write, brings the log into the database.
      try sqlite("SELECT 1 FROM stacks", in: origin)
      try #require(!FileManager.default.fileExists(atPath: origin + "/data/deployments/cld.sqlite-wal"))
      if crashed { try await write(20, "b", in: origin, secret: nil) { try FileManager.default.copyItem(atPath: origin, toPath: self.path) } }
    }

    private func write(_ count: Int, _ prefix: String, in home: String, secret: String?, _ whileOpen: () throws -> Void = {}) async throws {
      let store = try await Store(home: home)
      installation = store.installation
      for index in 0..<count { try await store.write { try $0.insert(DamageTests.stack("\(prefix)\(index)")) } }
      if let secret {
        let sealed = try store.vault.seal("word", handle: secret)
        try await store.write { try $0.put(secret: secret, stackID: "stack-a0", sealed: sealed, at: 1) }
      }
      try whileOpen()
      _ = store.installation
    }

    deinit {
      try? FileManager.default.removeItem(atPath: path)
      try? FileManager.default.removeItem(atPath: path + "-open")
    }

    func write(_ bytes: Data, at offset: UInt64, of file: String) throws {
      let handle = try FileHandle(forUpdating: URL(fileURLWithPath: file))
      try handle.seek(toOffset: offset)
      try handle.write(contentsOf: bytes)
      try handle.close()
    }

    func truncate(_ file: String, to size: UInt64) throws {
      let handle = try FileHandle(forUpdating: URL(fileURLWithPath: file))
      try handle.truncate(atOffset: size)
      try handle.close()
    }

    func size(of file: String) throws -> UInt64 {
      try #require(try FileManager.default.attributesOfItem(atPath: file)[.size] as? UInt64)
    }

    func sqlite(_ statement: String, in home: String? = nil) throws {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = ["python3", "-c", "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2]); c.close()", (home ?? path) + "/data/deployments/cld.sqlite", statement]
      try process.run()
      process.waitUntilExit()
      try #require(process.terminationStatus == 0)
    }

    /// The sentence with which the state is refused.
    func refusal() async -> String? {
      do {
        _ = try await Store(home: path).installation
        return nil
      } catch {
        return "\(error)"
      }
    }
  }

  fileprivate static func stack(_ name: String) -> StackRecord {
    StackRecord(
      id: "stack-\(name)", kind: .environment, name: name, status: .createComplete, scope: [:], template: ["Resources": [:]], source: .null, createdAt: 1)
  }

  @Test func garbageIsDamage() async throws {
    let home = try await Home()
    try Data(repeating: 0x5a, count: 8192).write(to: URL(fileURLWithPath: home.database))
    let refusal = try #require(await home.refusal())
    #expect(refusal.hasPrefix("\(home.database) is damaged: file is not a database"))
    #expect(refusal.contains("backup") && refusal.contains(".recover"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: home.database)) == Data(repeating: 0x5a, count: 8192))
  }

  @Test(arguments: [0.5, 0.9, 0.03, 0.001])
  func aFileThatWasCutIsDamage(part: Double) async throws {
    let home = try await Home()
    try home.truncate(home.database, to: UInt64(Double(try home.size(of: home.database)) * part))
    let refusal = try #require(await home.refusal())
    #expect(refusal.hasPrefix("\(home.database) is damaged: "), "\(refusal)")
  }

  @Test func aPageThatWasOverwrittenIsDamage() async throws {
    let home = try await Home()
    let size = try home.size(of: home.database)
    for page in stride(from: UInt64(4096), to: size, by: 4096) { try home.write(Data(repeating: 0xee, count: 64), at: page, of: home.database) }
    let refusal = try #require(await home.refusal())
    #expect(refusal.hasPrefix("\(home.database) is damaged: "))
  }

  @Test func aTableThatIsGoneIsDamage() async throws {
    let home = try await Home()
    try home.sqlite("DROP TABLE effects")
    #expect(try #require(await home.refusal()).hasPrefix("\(home.database) is damaged: it has no table effects"))
  }

  @Test func anEmptyFileIsALossAndNotABeginning() async throws {
    let home = try await Home()
    try home.truncate(home.database, to: 0)
    let refusal = try #require(await home.refusal())
    #expect(refusal.hasPrefix("\(home.database) is empty"), "\(refusal)")
    #expect(refusal.contains("cld:installation = \(home.installation)"))
    #expect(try home.size(of: home.database) == 0)
  }

  @Test func anotherEmptyDatabaseIsALoss() async throws {
    let home = try await Home()
    try FileManager.default.removeItem(atPath: home.database)
    try home.sqlite("CREATE TABLE a (b); DROP TABLE a")
    #expect(try #require(await home.refusal()).hasPrefix("\(home.database) has no tables"))
  }

  @Test(arguments: ["database", "folder", "data", "database and key", "database and marker"])
  func whatIsGoneIsALoss(what: String) async throws {
    let home = try await Home()
    let gone: [String] =
      switch what {
      case "database": [home.database]
      case "folder": [home.path + "/data/deployments"]
      case "data": [home.path + "/data"]
      case "database and key": [home.database, home.key]
      default: [home.database, home.marker]
      }
    for path in gone { try FileManager.default.removeItem(atPath: path) }
    #expect(try #require(await home.refusal()).hasPrefix("\(home.database) is missing"))
    #expect(!FileManager.default.fileExists(atPath: home.database))
    // And it is not taken for new the second time either.
    #expect(try #require(await home.refusal()).hasPrefix("\(home.database) is missing"))
  }

  @Test func aLogWithoutItsDatabaseIsALoss() async throws {
    let home = try await Home(crashed: true)
    for path in [home.database, home.key, home.marker] { try FileManager.default.removeItem(atPath: path) }
    #expect(try #require(await home.refusal()).hasPrefix("\(home.database) is missing"))
    #expect(try home.size(of: home.database + "-wal") > 0)
  }

  @Test func aKeyThatIsGoneIsALoss() async throws {
    let home = try await Home()
    try FileManager.default.removeItem(atPath: home.key)
    #expect(try #require(await home.refusal()).hasPrefix("\(home.key) is missing"))
    #expect(!FileManager.default.fileExists(atPath: home.key))
  }

  @Test func whatACrashLeavesIsWhole() async throws {
    let home = try await Home(crashed: true)
    // A frame that a dying process had begun to write belongs to no commit.
    let log = home.database + "-wal"
    try home.write(Data(repeating: 7, count: 1000), at: try home.size(of: log), of: log)
    let store = try await Store(home: home.path)
    #expect(try await store.read { try $0.liveStacks() }.count == 40)
  }

  @Test(arguments: ["cut", "overwritten", "gone", "empty", "without its head"])
  func aLogThatLostCommitsIsDamage(how: String) async throws {
    let home = try await Home(crashed: true)
    let log = home.database + "-wal"
    let size = try home.size(of: log)
    switch how {
    case "cut": try home.truncate(log, to: size - 4096)
    case "overwritten": try home.write(Data(repeating: 0xee, count: 64), at: size / 2, of: log)
    case "gone": try FileManager.default.removeItem(atPath: log)
    case "empty": try home.truncate(log, to: 0)
    default: try home.write(Data(repeating: 0, count: 32), at: 0, of: log)
    }
    let refusal = try #require(await home.refusal())
    #expect(refusal.hasPrefix("\(log) is damaged: "), "\(refusal)")
    // What is left stays as it is until somebody decides.
    #expect(try #require(await home.refusal()).hasPrefix("\(log) is damaged: "))
    try FileManager.default.removeItem(atPath: home.database + "-shm")
    // Without the index nothing says that there were more: a person has accepted the loss.
    let rest = try await Store(home: home.path)
    let left = try await rest.read { try $0.liveStacks() }.count
    #expect(left >= 20 && left < 40)
  }

  @Test func anOlderHomeGetsItsMarker() async throws {
    let home = try await Home()
    try FileManager.default.removeItem(atPath: home.marker)
    #expect(try await Store(home: home.path).installation == home.installation)
    #expect(try String(contentsOfFile: home.marker, encoding: .utf8) == home.installation + "\n")
  }

  @Test(arguments: [
    ("UPDATE stacks SET status = 'FINE' WHERE id = 'stack-a0'", "stacks: stack-a0 has kind 'environment' and status 'FINE'"),
    ("UPDATE stacks SET template = '{\"Resources\": ' WHERE id = 'stack-a0'", "stacks: stack-a0 has a column that is no JSON: "),
    ("UPDATE stacks SET scope = '' WHERE id = 'stack-a0'", "stacks: stack-a0 has a column that is no JSON: "),
  ])
  func aRowThatNobodyWroteIsNamed(statement: String, sentence: String) async throws {
    let home = try await Home()
    try home.sqlite(statement)
    let store = try await Store(home: home.path)
    await #expect { try await store.read { try $0.liveStacks() } } throws: { "\($0)".hasPrefix(sentence) }
    // The others can be read.
    #expect(try await store.read { try $0.stack(id: "stack-a1") } != nil)
  }
}
