import Engine
import Foundation
import JSON
import Logging
import Store
import Testing

@Suite struct OperationTests {
  /// A host's engine over a simulated cloud, in a home that is removed at the end.
  final class Host {
    let home = FileManager.default.temporaryDirectory.appendingPathComponent("cld-engine-\(UUID().uuidString)").path
    let cloud: SimulatedCloud
    let store: Store
    var engine: Engine
    let client = ClientVariables(["ACCOUNT": "1"])

    init(_ cloud: SimulatedCloud = SimulatedCloud()) async throws {
      self.cloud = cloud
      store = try await Store(home: home)
      engine = Engine(store: store, drivers: cloud, gateway: cloud, accounts: cloud, log: Logger(label: "test"))
    }

    deinit { try? FileManager.default.removeItem(atPath: home) }

    /// Leaves the engine behind with what it is doing, and puts another one over the same store.
    func restart() async throws { engine = Engine(store: store, drivers: cloud, gateway: cloud, accounts: cloud, log: Logger(label: "test")) }

    /// Creates an environment of things and waits for the end.
    func create(_ name: String = "shop", things: String, onFailure: String = "rollback") async throws -> OperationRecord {
      let text = "environment: {resources: {sim: [{resource: {type: thing, configuration: {things: \(things)}}}]}}"
      let accepted = try await engine.createEnvironment(
        .init(name: name, file: "env.yaml", text: text, onFailure: onFailure, client: client), dryRun: false)
      return try await end(accepted)
    }

    func delete(_ name: String = "shop") async throws -> OperationRecord {
      try await end(try await engine.delete(.init(kind: .environment, name: name, client: client), dryRun: false))
    }

    func end(_ accepted: Accepted) async throws -> OperationRecord {
      guard case .operation(let operation) = accepted else { throw RequestError.usage("not an operation") }
      return try await engine.wait(operationID: operation.id, milliseconds: 90_000)
    }

    func stack(_ name: String = "shop") async throws -> StackRecord? {
      try await engine.read { try $0.liveStack(kind: .environment, name: name) }
    }
  }

  @Test func creatingWalksTheGraphAndDeletingWalksItBack() async throws {
    let host = try await Host()
    #expect(try await host.create(things: "{A: [], B: [A], C: [B]}").status == .succeeded)
    #expect(host.cloud.things.count == 3)
    #expect(try await host.stack()?.status == .createComplete)
    #expect(try await host.delete().status == .succeeded)
    #expect(host.cloud.things.isEmpty)
    #expect(host.cloud.calls.filter { $0.hasPrefix("Create") } == ["Create ThingA", "Create ThingB", "Create ThingC"])
    #expect(host.cloud.calls.filter { $0.hasPrefix("Delete") } == ["Delete ThingC", "Delete ThingB", "Delete ThingA"])
    #expect(try await host.stack() == nil)
  }

  @Test func independentBranchesRunAtOnce() async throws {
    let host = try await Host()
    _ = try await host.create(things: "{A: [], B: [], C: [], D: []}")
    #expect(host.cloud.state.withLock { $0.mostAtOnce } > 1)
  }

  @Test func aFailureRollsBackAndSaysWhy() async throws {
    let host = try await Host()
    host.cloud.arm("Create ThingB", .refuse("quota exceeded"))
    let operation = try await host.create(things: "{A: [], B: [A]}")
    #expect(operation.status == .failed)
    #expect(operation.reason == "ThingB: quota exceeded")
    #expect(host.cloud.things.isEmpty)
    #expect(try await host.stack()?.status == .rollbackComplete)
    // What is left is a record only, so the name can be used again.
    #expect(try await host.create(things: "{A: []}").status == .succeeded)
  }

  @Test func keepLeavesWhatWasMade() async throws {
    let host = try await Host()
    host.cloud.arm("Create ThingB", .refuse("quota exceeded"))
    #expect(try await host.create(things: "{A: [], B: [A]}", onFailure: "keep").status == .failed)
    #expect(host.cloud.things.count == 1)
    #expect(try await host.stack()?.status == .createFailed)
    #expect(try await host.delete().status == .succeeded)
    #expect(host.cloud.things.isEmpty)
  }

  @Test(arguments: [SimulatedCloud.Fault.lostAfter, .lostBefore], ["safe", "check"])
  func aLostReplyLeavesExactlyOneThing(fault: SimulatedCloud.Fault, repeating: String) async throws {
    let host = try await Host(SimulatedCloud(repeating: repeating == "safe" ? .safe : .check))
    host.cloud.arm("Create ThingA", fault)
    #expect(try await host.create(things: "{A: []}").status == .succeeded)
    #expect(host.cloud.things.count == 1)
  }

  @Test func aForeignThingOfTheSameNameIsAConflictAndStays() async throws {
    let host = try await Host()
    host.cloud.arm("Create ThingA", .foreign)
    let operation = try await host.create(things: "{A: []}")
    #expect(operation.status == .failed)
    #expect(operation.reason?.hasSuffix("exists and is not ours") == true)
    #expect(host.cloud.things.count == 1)
  }

  @Test func expiredCredentialsHoldTheOperationUntilThereAreOthers() async throws {
    let host = try await Host()
    host.cloud.arm("Create ThingB", .expired)
    let held = try await host.create(things: "{A: [], B: [A]}")
    #expect(held.status == .held)
    #expect(held.reason == "the token has expired")
    #expect(host.cloud.things.count == 1)
    while try await host.engine.wait(operationID: held.id, milliseconds: 5000).status == .held { try await host.engine.resume() }
    #expect(try await host.engine.wait(operationID: held.id, milliseconds: 5000).status == .succeeded)
    #expect(host.cloud.things.count == 2)
  }

  @Test func aDriverThatDiesIsSteppedAgain() async throws {
    let host = try await Host()
    host.cloud.state.withLock { $0.driverFaults = 0 }
    let text = "environment: {resources: {sim: [{resource: {type: thing, configuration: {things: {A: []}}}}]}}"
    let accepted = try await host.engine.createEnvironment(
      .init(name: "shop", file: "e", text: text, client: host.client), dryRun: false)
    host.cloud.state.withLock { $0.driverFaults = 2 }
    #expect(try await host.end(accepted).status == .succeeded)
    #expect(host.cloud.things.count == 1)
  }

  @Test func aDeleteThatIsRefusedIsAskedForAnew() async throws {
    let host = try await Host()
    _ = try await host.create(things: "{A: []}")
    host.cloud.arm("Delete ThingA", .refuse("DependencyViolation"))
    #expect(try await host.delete().status == .succeeded)
    #expect(host.cloud.things.isEmpty)
    #expect(host.cloud.calls.count { $0 == "Delete ThingA" } == 2)
  }

  @Test func aCreationThatIsCancelledIsUndone() async throws {
    let host = try await Host()
    host.cloud.state.withLock { $0.slow = ["ThingB"] }
    let text = "environment: {resources: {sim: [{resource: {type: thing, configuration: {things: {A: [], B: [A]}}}}]}}"
    let accepted = try await host.engine.createEnvironment(
      .init(name: "shop", file: "e", text: text, client: host.client), dryRun: false)
    guard case .operation(let operation) = accepted else { throw RequestError.usage("no operation") }
    while host.cloud.things.count < 2 { await Task.yield() }
    try await host.engine.cancel(operationID: operation.id)
    let ended = try await host.engine.wait(operationID: operation.id, milliseconds: 90_000)
    #expect(ended.status == .cancelled)
    #expect(host.cloud.things.isEmpty)
    #expect(try await host.stack()?.status == .rollbackComplete)
  }

  @Test func anotherAccountTouchesNothing() async throws {
    let host = try await Host()
    _ = try await host.create(things: "{A: []}")
    let other = ClientVariables(["ACCOUNT": "2"])
    await #expect {
      try await host.engine.delete(.init(kind: .environment, name: "shop", client: other), dryRun: false)
    } throws: {
      "\($0)" == "environment shop belongs to sim account 1, and your credentials are for account 2; nothing was touched"
    }
    #expect(host.cloud.things.count == 1)
  }

  @Test func aNameThatIsTakenIsAConflict() async throws {
    let host = try await Host()
    _ = try await host.create(things: "{A: []}")
    await #expect { try await host.create(things: "{A: []}") } throws: {
      "\($0)" == "environment 'shop' exists already and is CREATE_COMPLETE: choose another name or delete it"
    }
  }

  @Test func theSameKeyIsAcceptedOnce() async throws {
    let host = try await Host()
    let text = "environment: {resources: {sim: [{resource: {type: thing, configuration: {things: {A: []}}}}]}}"
    let request = Engine.CreateRequest(name: "shop", file: "e", text: text, client: host.client, idempotencyKey: "k")
    let first = try await host.end(try await host.engine.createEnvironment(request, dryRun: false))
    _ = try await host.delete()
    let second = try await host.end(try await host.engine.createEnvironment(request, dryRun: false))
    #expect(first.id == second.id)
  }

  @Test func aDryRunStoresNothing() async throws {
    let host = try await Host()
    let text = "environment: {resources: {sim: [{resource: {type: thing, configuration: {things: {A: [], B: [A]}}}}]}}"
    guard case .plan(let plan) = try await host.engine.createEnvironment(
      .init(name: "shop", file: "e", text: text, client: host.client), dryRun: true)
    else {
      Issue.record("no plan")
      return
    }
    #expect(plan["changes"]?.array?.compactMap { $0["logical_id"]?.string } == ["ThingA", "ThingB"])
    #expect(try await host.stack() == nil)
    #expect(host.cloud.calls.isEmpty)
  }

  @Test func aGeneratedPasswordIsNowhereInTheClear() async throws {
    let host = try await Host()
    _ = try await host.create(things: "{A: []}")
    let stack = try #require(try await host.stack())
    let desired = try #require(try await host.engine.read { try $0.resources(of: stack.id) }.first?.desired)
    #expect(desired["password"]?["$secret"] != nil)
    let opened = try #require(try await host.engine.revealed(desired)["password"]?.string)
    #expect(opened.count == 20)
    for file in try FileManager.default.subpathsOfDirectory(atPath: host.home) {
      guard let data = FileManager.default.contents(atPath: host.home + "/" + file) else { continue }
      #expect(data.range(of: Data(opened.utf8)) == nil, "\(file)")
    }
  }
}
