import Foundation
import JSON
import Testing

@testable import Store

/// What the journal says of requests that may have left.
@Suite struct EffectTests {
  private func open() async throws -> (Store, remove: () -> Void) {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("cld-effects-\(UUID().uuidString)").path
    let store = try await Store(home: path)
    try await store.write { transaction in
      try transaction.insert(
        StackRecord(
          id: "stack-a", kind: .environment, name: "a", status: .createInProgress, scope: [:], template: ["Resources": [:]], source: .null, createdAt: 1))
      try transaction.insert(OperationRecord(id: "op-1", stackID: "stack-a", kind: .create, status: .running, createdAt: 1))
      for id in ["res-1", "res-2"] {
        try transaction.insert(ResourceRecord(id: id, stackID: "stack-a", logicalID: id, type: "T", plugin: "p", name: id, createdAt: 1, updatedAt: 1))
      }
    }
    return (store, { try? FileManager.default.removeItem(atPath: path) })
  }

  private func effect(_ op: String, _ status: EffectRecord.Status, result: JSON? = nil, mutates: Bool = true, isUncertain: Bool = false) -> EffectRecord {
    EffectRecord(
      operationID: "op-1", resourceID: "res-1", op: op, seq: 0, status: status, mutates: mutates, request: [:], result: result, createdAt: 1, isUncertain: isUncertain)
  }

  @Test func onlyWhatSurelyDidNotLeaveWasNotSent() async throws {
    let (store, remove) = try await open()
    defer { remove() }
    func put(_ effect: EffectRecord) async throws -> [Bool] {
      try await store.write { try $0.put(effect) }
      return try await store.read { transaction in
        [
          try transaction.hasSentCreate("res-1", ofStack: "stack-a"), try transaction.hasSentEffects(operationID: "op-1", resourceID: "res-1", op: "create"),
          try transaction.hasSentCreate("res-2", ofStack: "stack-a"),
        ]
      }
    }
    #expect(try await put(effect("create", .dropped, result: ["unsent": true])) == [false, false, false])
    #expect(try await put(effect("create", .intent)) == [true, true, false])
    #expect(try await put(effect("create", .result, result: ["status": 400])) == [true, true, false])
    #expect(try await put(effect("create", .lost, isUncertain: true)) == [true, true, false])
  }

  @Test func theStacksOfUnresolvedCreatesAreFoundByTheirIndex() async throws {
    let (store, remove) = try await open()
    defer { remove() }
    func stacks() async throws -> [String] { try await store.read { try $0.stacksWithUnresolvedCreates() } }
    #expect(try await stacks() == [])
    try await store.write { try $0.put(effect("update", .lost, isUncertain: true)) }
    #expect(try await stacks() == [])
    try await store.write { try $0.put(effect("create", .lost, isUncertain: true)) }
    #expect(try await stacks() == ["stack-a"])
    try await store.write { try $0.settleCreates(of: "res-1", outcome: ["settled": true]) }
    #expect(try await stacks() == [])
    // Without any there is nothing to read: the index holds only such effects.
    let plan = try await store.read { transaction in
      try transaction.rows("EXPLAIN QUERY PLAN \(Transaction.unresolvedStacks)").map { $0.text(3) }
    }
    #expect(plan.first == "SCAN effects USING INDEX effects_unresolved")
  }
}
