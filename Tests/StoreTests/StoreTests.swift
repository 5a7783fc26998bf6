import Foundation
import JSON
import Store
import Testing

@Suite struct StoreTests {
  /// A home that is removed at the end.
  private final class Home {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("cld-store-\(UUID().uuidString)").path
    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  private static func stack(_ name: String) -> StackRecord {
    StackRecord(
      id: "stack-\(name)", kind: .environment, name: name, status: .createInProgress, scope: [:], template: ["Resources": [:]],
      source: .null, createdAt: 1)
  }

  @Test func whatWasWrittenIsThereAfterReopening() async throws {
    let home = Home()
    var store: Store? = try await Store(home: home.path)
    let installation = store?.installation
    try await store?.write { try $0.insert(Self.stack("a")) }
    store = nil
    let again = try await Store(home: home.path)
    #expect(again.installation == installation)
    #expect(try await again.read { try $0.liveStack(kind: .environment, name: "a") } == Self.stack("a"))
  }

  @Test func aSecondHostIsRefused() async throws {
    let home = Home()
    let store = try await Store(home: home.path)
    await #expect(throws: StoreError.self) { try await Store(home: home.path) }
    _ = store.installation
  }

  @Test func aNameIsTakenOnlyByALiveStack() async throws {
    let home = Home()
    let store = try await Store(home: home.path)
    try await store.write { try $0.insert(Self.stack("a")) }
    await #expect { try await store.write { var other = Self.stack("a"); other.id = "stack-b"; try $0.insert(other) } } throws: {
      ($0 as? SQLiteError)?.isUniqueViolation == true
    }
    try await store.write { transaction in
      var gone = Self.stack("a")
      gone.deletedAt = 2
      try transaction.update(gone)
      var other = Self.stack("a")
      other.id = "stack-b"
      try transaction.insert(other)
    }
    #expect(try await store.read { try $0.liveStacks() }.map(\.id) == ["stack-b"])
  }

  @Test func aWriteThatThrowsUndoesItselfAlone() async throws {
    struct Refusal: Error {}
    let home = Home()
    let store = try await Store(home: home.path)
    await withTaskGroup(of: Void.self) { group in
      for index in 0..<50 {
        group.addTask {
          try? await store.write { transaction in
            try transaction.insert(Self.stack("n\(index)"))
            if index % 2 == 1 { throw Refusal() }
          }
        }
      }
    }
    #expect(try await store.read { try $0.liveStacks() }.count == 25)
  }

  @Test func anOldEpochCannotCommit() async throws {
    let home = Home()
    let store = try await Store(home: home.path)
    try await store.write { transaction in
      try transaction.insert(Self.stack("a"))
      try transaction.insert(OperationRecord(id: "op", stackID: "stack-a", kind: .create, status: .running, createdAt: 1))
    }
    let epoch = try await store.write { try $0.takeUp(operationID: "op") }
    try await store.write { try $0.require(epoch: epoch, of: "op") }
    await #expect(throws: LostEpochError.self) { try await store.write { try $0.require(epoch: epoch - 1, of: "op") } }
  }

  /// Times are in whole seconds, and ids are random: neither says which of two came last.
  @Test func theNewestOperationIsTheOneThatCameLast() async throws {
    let home = Home()
    let store = try await Store(home: home.path)
    let ids = ["op-m", "op-z", "op-a", "op-k"]
    try await store.write { transaction in
      try transaction.insert(Self.stack("a"))
      for id in ids { try transaction.insert(OperationRecord(id: id, stackID: "stack-a", kind: .update, status: .succeeded, createdAt: 1)) }
    }
    #expect(try await store.read { try $0.operations(stackID: "stack-a") }.map(\.id) == ids.reversed())
  }

  @Test func theNameOfAnExecutedChangeSetIsFreeAgain() async throws {
    let home = Home()
    let store = try await Store(home: home.path)
    @Sendable func changeSet(_ id: String) -> ChangeSetRecord {
      ChangeSetRecord(
        id: id, stackID: "stack-a", name: "bigger", kind: .update, status: .complete, executionStatus: .available, base: "", template: .null, source: .null,
        changes: [:], createdAt: 1)
    }
    try await store.write { transaction in
      try transaction.insert(Self.stack("a"))
      try transaction.insert(changeSet("z"))
    }
    await #expect { try await store.write { try $0.insert(changeSet("b")) } } throws: { ($0 as? SQLiteError)?.isUniqueViolation == true }
    try await store.write { transaction in
      try transaction.update(changeSetID: "z", executionStatus: .complete)
      try transaction.insert(changeSet("b"))
    }
    #expect(try await store.read { try $0.changeSet(stackID: "stack-a", name: "bigger") }?.id == "b")
    #expect(try await store.read { try $0.changeSets(of: "stack-a") }.map(\.id) == ["z", "b"])
  }

  @Test func eventsAreNumberedWithoutGaps() async throws {
    let home = Home()
    let store = try await Store(home: home.path)
    for index in 0..<5 {
      try await store.write {
        try $0.append(EventRecord(ts: Int64(index), stackID: "s", operationID: nil, logicalID: "l", type: "t", status: "X"))
      }
    }
    #expect(try await store.read { try $0.events(after: 2) }.map(\.seq) == [3, 4, 5])
  }

  @Test func aSecretOpensOnlyUnderItsOwnHandleAndKey() async throws {
    let home = Home()
    let store = try await Store(home: home.path)
    let sealed = try store.vault.seal("pässword", handle: "a")
    #expect(try store.vault.open(sealed, handle: "a") == "pässword")
    #expect(!sealed.contains(subsequence: Array("pässword".utf8)))
    #expect(throws: VaultError.self) { try store.vault.open(sealed, handle: "b") }
    var changed = sealed
    changed[changed.count - 1] ^= 1
    #expect(throws: VaultError.self) { try store.vault.open(changed, handle: "a") }
  }

  @Test func aKeyFileThatOthersCanReadIsRefused() async throws {
    let home = Home()
    _ = try await Store(home: home.path).installation
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: home.path + "/data/secret.key")
    await #expect(throws: VaultError.self) { try await Store(home: home.path) }
  }
}

extension Array where Element == UInt8 {
  fileprivate func contains(subsequence: [UInt8]) -> Bool {
    guard count >= subsequence.count else { return false }
    return (0...(count - subsequence.count)).contains { self[$0..<($0 + subsequence.count)].elementsEqual(subsequence) }
  }
}
