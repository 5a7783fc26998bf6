import JSON
import Logging
import Store
import Synchronization
import Testing

@testable import Engine

/// Cancelling, at any time and whatever runs.
@Suite struct CancelTests {
  typealias Host = OperationTests.Host

  private func follow(_ host: Host, until condition: () -> Bool) async {
    while !condition() { await host.engine.waitForEvents(since: host.engine.eventCount, milliseconds: 10) }
  }

  private func beginDeleting(_ host: Host) async throws -> OperationRecord {
    guard case .operation(let operation) = try await host.engine.delete(.init(kind: .environment, name: "shop", client: host.client), dryRun: false) else {
      throw RequestError.usage("not an operation")
    }
    return operation
  }

  private func end(_ host: Host, _ operation: OperationRecord) async throws -> OperationRecord {
    try await host.engine.wait(operationID: operation.id, milliseconds: 90_000)
  }

  private func resources(_ host: Host) async throws -> [String: ResourceStatus] {
    guard let stack = try await host.stack() else { return [:] }
    let list = try await host.engine.read { try $0.resources(of: stack.id) }
    return Dictionary(uniqueKeysWithValues: list.map { ($0.logicalID, $0.status) })
  }

  private func conflict(_ body: () async throws -> Void) async -> String {
    do {
      try await body()
      return "nothing was refused"
    } catch {
      return "\(error)"
    }
  }

  // MARK: - Delete

  /// The delete of C is in the air when the wish comes: it comes to its end, and nothing else is begun.
  @Test func aDeleteStopsWhereItIs() async throws {
    let host = try await Host()
    #expect(try await host.create(things: "{A: [], B: [A], C: [B]}").status == .succeeded)
    let gate = Gate()
    host.cloud.state.withLock { $0.gates["Delete ThingC"] = gate }
    let operation = try await beginDeleting(host)
    await follow(host) { gate.isReached }
    try await host.engine.cancel(operationID: operation.id)
    try await host.engine.cancel(operationID: operation.id)
    gate.open()
    let ended = try await end(host, operation)
    #expect(ended.status == .cancelled)
    #expect(ended.reason == "cancelled: 1 thing was deleted and stays deleted, 2 kept; `cld operation retry \(operation.id)` goes on")
    #expect(host.cloud.calls.filter { $0.hasPrefix("Delete") } == ["Delete ThingC"])
    #expect(try await host.stack()?.status == .deleteFailed)
    #expect(try await resources(host) == ["ThingA": .createComplete, "ThingB": .createComplete, "ThingC": .deleteComplete])
    // Asking once more is no error, and nothing is forgotten.
    try await host.engine.cancel(operationID: operation.id)
    _ = try await host.engine.retry(operationID: operation.id, client: host.client, idempotencyKey: nil)
    #expect(try await end(host, operation).status == .succeeded)
    #expect(host.cloud.things.isEmpty)
    #expect(try await host.stack() == nil)
  }

  /// A delete of B and then A that is held, because the credentials have expired.
  private func holdDelete() async throws -> (Host, OperationRecord) {
    let host = try await Host()
    #expect(try await host.create(things: "{A: [], B: [A]}").status == .succeeded)
    host.cloud.state.withLock { $0.expired = ["first"] }
    let operation = try await beginDeleting(host)
    #expect(try await end(host, operation).status == .held)
    return (host, operation)
  }

  @Test func aDeleteThatWasCancelledCanBeGivenAgain() async throws {
    let (host, operation) = try await holdDelete()
    host.cloud.state.withLock { $0.expired = [] }
    try await host.engine.cancel(operationID: operation.id)
    #expect(try await end(host, operation).status == .cancelled)
    #expect(try await host.delete().status == .succeeded)
    #expect(host.cloud.things.isEmpty)
  }

  /// Its request did not leave, so nothing needs looking at: neither credentials nor the cloud are needed.
  @Test func aHeldDeleteEndsWithoutCredentials() async throws {
    let (host, operation) = try await holdDelete()
    try await host.restart()
    host.cloud.state.withLock { $0.credentials = nil }
    try await host.engine.cancel(operationID: operation.id)
    let ended = try await end(host, operation)
    #expect(ended.status == .cancelled)
    #expect(ended.reason?.hasPrefix("cancelled: 0 things were deleted and stay deleted, 1 kept, and it is not known yet whether gone: ThingB (") == true)
    #expect(host.cloud.things.count == 2)
    #expect(try await resources(host) == ["ThingA": .createComplete, "ThingB": .deleteFailed])
  }

  /// After each number of driver steps the host is left behind with the wish; another one takes it up.
  @Test func aHostThatDiesAfterTheWishStopsToo() async throws {
    var cancelled = 0
    for steps in 1...5 {
      let host = try await Host()
      #expect(try await host.create(things: "{A: [], B: [A], C: [B]}").status == .succeeded)
      host.cloud.state.withLock { $0.stopsAfter = $0.steps + steps }
      let operation = try await beginDeleting(host)
      await follow(host) { host.cloud.state.withLock { $0.stopped > 0 } }
      try await host.engine.cancel(operationID: operation.id)
      let asked = host.cloud.calls.count { $0.hasPrefix("Delete") }
      try await host.restart()
      host.cloud.state.withLock { $0.stopsAfter = nil }
      try await host.engine.resume()
      let ended = try await end(host, operation)
      cancelled += ended.status == .cancelled ? 1 : 0
      #expect(ended.status == .cancelled || host.cloud.things.isEmpty)
      // One was begun at most; it may be asked for again.
      #expect(Set(host.cloud.calls.filter { $0.hasPrefix("Delete") }).count <= max(1, asked + 1))
      let left = try await resources(host).values.count { $0.mayExist }
      #expect(left == host.cloud.things.count)
      if ended.status == .cancelled {
        #expect(try await host.stack()?.status == .deleteFailed)
        _ = try await host.engine.retry(operationID: operation.id, client: host.client, idempotencyKey: nil)
        #expect(try await end(host, operation).status == .succeeded)
      }
      #expect(host.cloud.things.isEmpty)
    }
    #expect(cancelled > 1)
  }

  // MARK: - Creation

  @Test func aHeldCreationOfNothingEndsWithoutCredentials() async throws {
    let host = try await Host()
    host.cloud.state.withLock { $0.expired = ["first"] }
    let held = try await host.create(things: "{A: [], B: [A]}")
    #expect(held.status == .held)
    try await host.restart()
    host.cloud.state.withLock { $0.credentials = nil }
    try await host.engine.cancel(operationID: held.id)
    let ended = try await end(host, held)
    #expect(ended.status == .cancelled && ended.reason == "cancelled")
    #expect(try await host.stack()?.status == .rollbackComplete)
    #expect(host.cloud.calls.isEmpty)
  }

  @Test func aHeldCreationThatMadeSomethingSaysWhatItWaitsFor() async throws {
    let host = try await Host()
    host.cloud.arm("Create ThingB", .expired)
    let held = try await host.create(things: "{A: [], B: [A]}")
    #expect(held.status == .held)
    host.cloud.state.withLock { $0.expired = ["first"] }
    try await host.engine.cancel(operationID: held.id)
    var waiting = try await end(host, held)
    while waiting.reason == held.reason { waiting = try await end(host, held) }
    while host.engine.isUnderWay(held.id) { await Task.yield() }
    #expect(waiting.status == .held && waiting.reason == "the token has expired; it was cancelled, and ends after that")
    host.cloud.state.withLock { $0.credentials = "second" }
    try await host.engine.resume(patiently: true)
    #expect(try await end(host, held).status == .cancelled)
    #expect(host.cloud.things.isEmpty)
  }

  // MARK: - Actions and refreshes

  private func begin(_ host: Host, action: String?) async throws -> OperationRecord {
    try await host.engine.act(resourceID: "shop/ThingA", action: action, client: host.client)
  }

  @Test func anActionThatHasNotLeftIsTakenBack() async throws {
    let host = try await Host()
    #expect(try await host.create(things: "{A: []}").status == .succeeded)
    host.cloud.state.withLock { $0.expired = ["first"] }
    let operation = try await begin(host, action: "poke")
    #expect(try await end(host, operation).status == .held)
    host.cloud.state.withLock { $0.expired = [] }
    try await host.engine.cancel(operationID: operation.id)
    let ended = try await end(host, operation)
    #expect(ended.status == .cancelled && ended.reason == "cancelled before anything was asked of the cloud")
    #expect(!host.cloud.calls.contains("Poke ThingA"))
    #expect(try await resources(host) == ["ThingA": .updateComplete])
    // And it can be given again.
    #expect(try await end(host, try await begin(host, action: "poke")).status == .succeeded)
    #expect(host.cloud.calls.count { $0 == "Poke ThingA" } == 1)
  }

  /// An action that was cancelled when its request was with the cloud, which answers when the gate opens.
  private func cancelAfterItHasLeft() async throws -> (Host, Gate, OperationRecord) {
    let host = try await Host()
    #expect(try await host.create(things: "{A: []}").status == .succeeded)
    let gate = Gate()
    host.cloud.state.withLock { $0.gates["Poke ThingA"] = gate }
    let operation = try await begin(host, action: "poke")
    await follow(host) { gate.isReached }
    try await host.engine.cancel(operationID: operation.id)
    return (host, gate, operation)
  }

  @Test func anActionThatHasLeftSucceeds() async throws {
    let (host, gate, operation) = try await cancelAfterItHasLeft()
    gate.open()
    #expect(try await end(host, operation).status == .succeeded)
    #expect(host.cloud.calls.count { $0 == "Poke ThingA" } == 1)
    #expect(try await resources(host) == ["ThingA": .updateComplete])
  }

  /// The request of the action was under way when the host died, after the wish.
  @Test func anActionThatMayHaveLeftIsFollowedByTheNextHost() async throws {
    let (host, gate, operation) = try await cancelAfterItHasLeft()
    try await host.restart()
    host.cloud.state.withLock { $0.gates = [:] }
    try await host.engine.resume()
    #expect(try await end(host, operation).status == .succeeded)
    gate.open()
    #expect(try await resources(host) == ["ThingA": .updateComplete])
  }

  @Test func aRefreshStops() async throws {
    let host = try await Host()
    #expect(try await host.create(things: "{A: [], B: []}").status == .succeeded)
    let before = try await resources(host)
    let gate = Gate()
    host.cloud.state.withLock {
      $0.calls = []
      $0.gates["Get ThingA"] = gate
      $0.gates["Get ThingB"] = gate
    }
    let operation = try await host.engine.refresh(.environment, named: "shop", client: host.client, idempotencyKey: nil)
    await follow(host) { gate.isReached }
    try await host.engine.cancel(operationID: operation.id)
    gate.open()
    let ended = try await end(host, operation)
    #expect(ended.status == .cancelled && ended.reason == "cancelled; what was found until then stays")
    #expect(host.cloud.calls.count { $0.hasPrefix("Get") } < 2)
    #expect(try await resources(host) == before)
  }

  // MARK: - What cannot be cancelled

  @Test func undoingIsNotCancelled() async throws {
    let host = try await Host()
    host.cloud.arm("Create ThingB", .refuse("quota exceeded"))
    let gate = Gate()
    host.cloud.state.withLock { $0.gates["Delete ThingA"] = gate }
    let text = "environment: {resources: {sim: [{resource: {type: thing, configuration: {things: {A: [], B: [A]}}}}]}}"
    guard case .operation(let operation) = try await host.engine.createEnvironment(.init(name: "shop", file: "e", text: text, client: host.client), dryRun: false)
    else { throw RequestError.usage("no operation") }
    await follow(host) { gate.isReached }
    let sentence = await conflict { try await host.engine.cancel(operationID: operation.id) }
    #expect(sentence.hasPrefix("operation \(operation.id) is undoing what failed, and that cannot be cancelled"))
    gate.open()
    #expect(try await end(host, operation).status == .failed)
    #expect(await conflict { try await host.engine.cancel(operationID: operation.id) } == "operation \(operation.id) has ended: FAILED")
  }

  // MARK: - The handle

  @Test func whatHasLeftIsNotCancelled() async {
    let handle = OperationHandle()
    #expect(handle.commit())
    handle.cancel()
    #expect(!handle.isCancelled && handle.commit())
    let early = OperationHandle()
    early.cancel()
    #expect(early.isCancelled && !early.commit())
  }

  @Test func whatTakesTooLongIsCutShort() async {
    let (handle, inner, timer) = (OperationHandle(), OperationHandle(), Timer())
    handle.add(inner)
    let wasCancelled = await handle.run(patience: 20, timer) { () async -> Bool in
      handle.cancel()
      do { try await timer.sleep(milliseconds: 60_000) } catch { return true }
      return false
    }
    #expect(wasCancelled && inner.isCancelled)
  }
}
