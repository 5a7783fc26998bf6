import Engine
import JSON
import Store
import Testing

/// Updates of stacks from templates over the simulated cloud.
@Suite struct UpdateTests {
  typealias Host = OperationTests.Host

  /// A template of things, written as {id: {Value, Kind, After}}.
  static func template(_ things: [String: JSON], outputs: JSON = [:]) -> String {
    var resources: [String: JSON] = [:]
    for (id, thing) in things {
      var properties = thing.object ?? [:]
      let after = properties.removeValue(forKey: "After")
      let policy = properties.removeValue(forKey: "DeletionPolicy")
      let replacePolicy = properties.removeValue(forKey: "UpdateReplacePolicy")
      var resource: [String: JSON] = ["Type": "Sim::Thing", "Properties": .object(properties)]
      resource["DependsOn"] = after
      resource["DeletionPolicy"] = policy
      resource["UpdateReplacePolicy"] = replacePolicy
      resources[id] = .object(resource)
    }
    return (["Resources": .object(resources), "Outputs": outputs] as JSON).text
  }

  private func create(_ host: Host, _ text: String) async throws -> OperationRecord {
    try await host.end(
      try await host.engine.createStack(.init(name: "web", file: "web.json", text: text, client: host.client), dryRun: false))
  }

  private func update(_ host: Host, _ text: String, onFailure: String = "rollback") async throws -> OperationRecord {
    try await host.end(
      try await host.engine.updateStack(
        .init(name: "web", file: "web.json", text: text, onFailure: onFailure, client: host.client), dryRun: false))
  }

  private func stack(_ host: Host) async throws -> StackRecord {
    try #require(try await host.engine.read { try $0.liveStack(kind: .template, name: "web") })
  }

  private func resources(_ host: Host) async throws -> [String: ResourceRecord] {
    let id = try await stack(host).id
    let list = try await host.engine.read { try $0.resources(of: id) }
    return Dictionary(uniqueKeysWithValues: list.map { ($0.logicalID, $0) })
  }

  private func values(_ host: Host) -> [String] { host.cloud.state.withLock { $0.values.values.sorted() } }

  @Test func aPropertyIsChangedInPlaceAndTheRestIsLeftAlone() async throws {
    let host = try await Host()
    #expect(try await create(host, Self.template(["A": ["Value": "1"], "B": ["Value": "x"]])).status == .succeeded)
    let before = try await resources(host)
    host.cloud.state.withLock { $0.calls = [] }
    #expect(try await update(host, Self.template(["A": ["Value": "2"], "B": ["Value": "x"]])).status == .succeeded)
    #expect(values(host) == ["2", "x"])
    #expect(host.cloud.calls.filter { !$0.hasPrefix("Get") } == ["Update A"])
    let after = try await resources(host)
    #expect(after["A"]?.physicalID == before["A"]?.physicalID)
    #expect(after["A"]?.status == .updateComplete)
    #expect(after["B"]?.status == .createComplete)
    #expect(try await stack(host).status == .updateComplete)
  }

  @Test func aReplacementIsMadeBeforeTheOldThingGoes() async throws {
    let host = try await Host()
    let text = Self.template(["A": ["Kind": "k1"], "B": ["Value": ["Fn::GetAtt": ["A", "Name"]]]])
    #expect(try await create(host, text).status == .succeeded)
    let before = try await resources(host)
    host.cloud.state.withLock { $0.calls = [] }
    #expect(try await update(host, text.replacing("k1", with: "k2")).status == .succeeded)
    let calls = host.cloud.calls.filter { !$0.hasPrefix("Get") }
    #expect(calls == ["Create A", "Update B", "Delete A"])
    let after = try await resources(host)
    #expect(after["A"]?.physicalID != before["A"]?.physicalID)
    #expect(values(host) == [after["A"]?.physicalID])
    #expect(host.cloud.things == [after["A"]?.name, after["B"]?.name].compactMap { $0 }.sorted())
  }

  @Test func whatLeavesTheTemplateIsDeletedLastAndInReverse() async throws {
    let host = try await Host()
    #expect(try await create(host, Self.template(["A": [:], "B": ["After": "A"], "C": ["Value": "1"]])).status == .succeeded)
    host.cloud.state.withLock { $0.calls = [] }
    #expect(try await update(host, Self.template(["C": ["Value": "2"], "D": [:]])).status == .succeeded)
    let calls = host.cloud.calls.filter { !$0.hasPrefix("Get") }
    #expect(Set(calls.prefix(2)) == ["Update C", "Create D"])
    #expect(Array(calls.suffix(2)) == ["Delete B", "Delete A"])
    #expect(Set(try await resources(host).keys) == ["C", "D"])
  }

  @Test func policiesKeepWhatIsReplacedOrRemoved() async throws {
    let host = try await Host()
    #expect(
      try await create(host, Self.template(["A": ["Kind": "1", "UpdateReplacePolicy": "Retain"], "B": ["DeletionPolicy": "Retain"]])).status
        == .succeeded)
    let before = try await resources(host)
    #expect(try await update(host, Self.template(["A": ["Kind": "2", "UpdateReplacePolicy": "Retain"]])).status == .succeeded)
    for id in ["A", "B"] { #expect(host.cloud.things.contains(before[id]?.name ?? "")) }
    #expect(try await host.end(try await host.engine.delete(.init(kind: .template, name: "web", client: host.client), dryRun: false)).status == .succeeded)
    #expect(host.cloud.things == [before["A"]?.name, before["B"]?.name].compactMap { $0 }.sorted())
  }

  @Test func aFailedUpdateGivesEverythingItsOldPropertiesBack() async throws {
    let host = try await Host()
    let old = Self.template(["A": ["Value": "1"], "B": ["Kind": "k", "After": "A"], "C": ["Value": "c", "After": "B"]])
    #expect(try await create(host, old).status == .succeeded)
    let before = try await resources(host)
    host.cloud.arm("Update C", .refuse("no such value"))
    let new = Self.template(["A": ["Value": "2"], "B": ["Kind": "l", "After": "A"], "C": ["Value": "d", "After": ["B", "E"]], "E": [:]])
    let ended = try await update(host, new)
    #expect(ended.status == .failed)
    #expect(ended.reason?.contains("no such value") == true)
    #expect(try await stack(host).status == .updateRollbackComplete)
    let after = try await resources(host)
    #expect(after.mapValues(\.physicalID) == before.mapValues(\.physicalID))
    #expect(after.mapValues(\.desired) == before.mapValues(\.desired))
    #expect(values(host) == ["1", "c"])
    #expect(host.cloud.things == before.values.map(\.name).sorted())
    // And the stack can be updated again.
    #expect(try await update(host, new).status == .succeeded)
    #expect(values(host) == ["2", "d"])
  }

  @Test func aRollbackThatFailsIsContinuedOrSkipped() async throws {
    for skips in [false, true] {
      let host = try await Host()
      #expect(try await create(host, Self.template(["A": ["Value": "1"], "B": ["Value": "b", "After": "A"]])).status == .succeeded)
      host.cloud.arm("Update B", .refuse("no"))
      host.cloud.state.withLock { $0.refusals = ["Update A 1"] }
      #expect(try await update(host, Self.template(["A": ["Value": "2"], "B": ["Value": "c", "After": "A"]])).status == .failed)
      #expect(try await stack(host).status == .updateRollbackFailed)
      await #expect(throws: RequestError.self) { try await self.update(host, Self.template(["A": ["Value": "3"]])) }
      if !skips { host.cloud.state.withLock { $0.refusals = [] } }
      let operation = try await host.engine.rollBackStack(named: "web", skipping: skips ? ["A"] : [], client: host.client, idempotencyKey: nil)
      #expect(try await host.end(.operation(operation)).status == .succeeded)
      #expect(try await stack(host).status == .updateRollbackComplete)
      #expect(values(host) == (skips ? ["2", "b"] : ["1", "b"]))
    }
  }

  @Test func anUpdateThatChangesNothingIsRefused() async throws {
    let host = try await Host()
    let text = Self.template(["A": ["Value": "1"]])
    #expect(try await create(host, text).status == .succeeded)
    await #expect(throws: RequestError.self) { try await self.update(host, text) }
    #expect(try await stack(host).status == .createComplete)
  }

  @Test func aCancelledUpdateIsUndone() async throws {
    let host = try await Host()
    #expect(try await create(host, Self.template(["A": ["Value": "1"], "B": ["Value": "b", "After": "A"]])).status == .succeeded)
    host.cloud.state.withLock { $0.slow = ["B"] }
    let accepted = try await host.engine.updateStack(
      .init(name: "web", file: "web.json", text: Self.template(["A": ["Value": "2"], "B": ["Value": "c", "After": "A"]]), client: host.client), dryRun: false)
    guard case .operation(let operation) = accepted else { throw RequestError.usage("not an operation") }
    while host.cloud.calls.last != "Get B" { await host.engine.waitForEvents(since: host.engine.eventCount, milliseconds: 20) }
    host.cloud.state.withLock { $0.slow = [] }
    try await host.engine.cancel(operationID: operation.id)
    let ended = try await host.end(accepted)
    #expect([.cancelled, .succeeded].contains(ended.status))
    #expect(values(host) == (ended.status == .cancelled ? ["1", "b"] : ["2", "c"]))
  }

  @Test func aHostThatDiesInAnUpdateGoesOnWithIt() async throws {
    // After each number of driver steps the engine is left behind, as a host that was killed; another one takes over.
    var finished = 0
    for steps in 1...14 {
      let host = try await Host()
      let text = Self.template(["A": ["Value": "1", "Kind": "k"], "B": ["Value": ["Fn::GetAtt": ["A", "Name"]]], "C": ["Value": "c", "After": "B"]])
      #expect(try await create(host, text).status == .succeeded)
      host.cloud.state.withLock { $0.stopsAfter = $0.steps + steps }
      let accepted = try await host.engine.updateStack(
        .init(name: "web", file: "web.json", text: Self.template(["A": ["Value": "2", "Kind": "l"], "B": ["Value": ["Fn::GetAtt": ["A", "Name"]]], "D": [:]]), client: host.client),
        dryRun: false)
      guard case .operation(let operation) = accepted else { throw RequestError.usage("not an operation") }
      while true {
        let now = try await host.engine.wait(operationID: operation.id, milliseconds: 50)
        if now.status != .running || host.cloud.state.withLock({ $0.stopped > 0 }) { break }
      }
      if host.cloud.state.withLock({ $0.stopped == 0 }) { finished += 1 }
      try await host.restart()
      host.cloud.state.withLock { $0.stopsAfter = nil }
      try await host.engine.resume()
      #expect(try await host.end(accepted).status == .succeeded)
      let after = try await resources(host)
      #expect(Set(after.keys) == ["A", "B", "D"])
      #expect(host.cloud.things == after.values.map(\.name).sorted(), "\(steps) steps")
      #expect(values(host) == ["2", after["A"]?.physicalID].compactMap { $0 }.sorted())
    }
    #expect(finished < 14)
  }
}
