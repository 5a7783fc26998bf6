import Engine
import JSON
import Store
import Testing

/// Requests that must not be repeated and may have been executed: a person decides.
@Suite struct ResolveTests {
  private func held(_ fault: SimulatedCloud.Fault, things: String = "{A: []}", onFailure: String = "rollback") async throws -> (OperationTests.Host, OperationRecord) {
    let host = try await OperationTests.Host(SimulatedCloud(repeating: .unsafe))
    host.cloud.arm("Create ThingA", fault)
    return (host, try await host.create(things: things, onFailure: onFailure))
  }

  private func ended(_ host: OperationTests.Host, _ operation: OperationRecord) async throws -> OperationRecord {
    try await host.engine.wait(operationID: operation.id, milliseconds: 90_000)
  }

  private func events(_ host: OperationTests.Host, _ operation: OperationRecord) async throws -> [EventRecord] {
    try await host.engine.read { try $0.events(after: 0, operationID: operation.id) }
  }

  @Test func theReasonNamesTheCommand() async throws {
    let (_, operation) = try await held(.lostAfter)
    #expect(operation.status == .held)
    #expect(
      operation.reason
        == "Create for ThingA was sent, nobody knows whether it was executed, and it must not be repeated: look into the account, then say what you found with `cld operation resolve \(operation.id) ThingA --exists PHYSICAL-ID` or `--absent`"
    )
  }

  @Test func aThingThatWasFoundIsRecordedAndNotMadeAgain() async throws {
    let (host, operation) = try await held(.lostAfter)
    let name = try #require(host.cloud.things.first)
    _ = try await host.engine.resolve(operationID: operation.id, resource: "ThingA", .exists(id: name))
    #expect(try await ended(host, operation).status == .succeeded)
    #expect(host.cloud.things == [name])
    #expect(host.cloud.calls.count { $0 == "Create ThingA" } == 1)
    let stack = try #require(try await host.stack())
    #expect(try await host.engine.read { try $0.resources(of: stack.id) }.map(\.physicalID) == [name])
    #expect(try await events(host, operation).contains { $0.status == "RESOLVED" && $0.physicalID == name })
    #expect(try await host.delete().status == .succeeded)
    #expect(host.cloud.things.isEmpty)
  }

  @Test func aThingThatIsAbsentIsAskedForAgain() async throws {
    let (host, operation) = try await held(.lostBefore)
    _ = try await host.engine.resolve(operationID: operation.id, resource: "ThingA", .absent)
    #expect(try await ended(host, operation).status == .succeeded)
    #expect(host.cloud.things.count == 1)
    #expect(host.cloud.calls.count { $0 == "Create ThingA" } == 2)
  }

  @Test func whatIsUnknownAfterACrashIsResolvedToo() async throws {
    let (host, operation) = try await held(.lostAfter)
    try await host.restart()
    try await host.engine.resume()
    let again = try await ended(host, operation)
    #expect(again.status == .held)
    #expect(again.reason?.contains("may have been executed when the host died") == true)
    _ = try await host.engine.resolve(operationID: operation.id, resource: "ThingA", .exists(id: try #require(host.cloud.things.first)))
    #expect(try await ended(host, operation).status == .succeeded)
    #expect(host.cloud.things.count == 1)
  }

  /// A rollback does not take for absent what nobody has looked for.
  @Test(arguments: [SimulatedCloud.Fault.lostAfter, .lostBefore])
  func aRollbackWaitsForTheDecisionToo(fault: SimulatedCloud.Fault) async throws {
    let host = try await OperationTests.Host(SimulatedCloud(repeating: .unsafe))
    host.cloud.arm("Create ThingA", fault)
    host.cloud.arm("Create ThingB", .refuse("quota exceeded"))
    let operation = try await host.create(things: "{A: [], B: []}")
    #expect(operation.status == .held)
    #expect(operation.reason?.contains("cld operation resolve \(operation.id) ThingA") == true)
    let finding: Engine.Finding = host.cloud.things.first.map { .exists(id: $0) } ?? .absent
    _ = try await host.engine.resolve(operationID: operation.id, resource: "ThingA", finding)
    let end = try await ended(host, operation)
    #expect(end.status == .failed)
    #expect(end.reason == "ThingB: quota exceeded")
    #expect(host.cloud.things.isEmpty)
    #expect(host.cloud.calls.count { $0 == "Create ThingA" } == 1)
    #expect(try await host.stack()?.status == .rollbackComplete)
  }

  @Test func onlyWhatWaitsForADecisionIsResolved() async throws {
    let (host, operation) = try await held(.expired)
    await #expect {
      try await host.engine.resolve(operationID: operation.id, resource: "ThingA", .absent)
    } throws: {
      "\($0)".hasPrefix("no request of operation \(operation.id) waits for a decision: it is HELD: the token has expired")
    }
    try await host.engine.resume()
    #expect(try await ended(host, operation).status == .succeeded)
    await #expect {
      try await host.engine.resolve(operationID: operation.id, resource: "ThingA", .absent)
    } throws: {
      "\($0)" == "operation \(operation.id) has ended: SUCCEEDED; nothing of it waits for a decision"
    }
  }

  @Test func anotherResourceOrARecordedThingIsRefused() async throws {
    let (host, operation) = try await held(.lostBefore)
    await #expect { try await host.engine.resolve(operationID: operation.id, resource: "Thing", .absent) } throws: {
      "\($0)" == "Thing does not wait for a decision; of operation \(operation.id) these do: ThingA"
    }
    #expect(try await host.create("other", things: "{B: []}").status == .succeeded)
    let other = try #require(host.cloud.things.first)
    await #expect { try await host.engine.resolve(operationID: operation.id, resource: "ThingA", .exists(id: other)) } throws: {
      "\($0)" == "'\(other)' is ThingB of other already; look for another one, or say --absent"
    }
  }
}
