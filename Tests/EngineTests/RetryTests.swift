import Engine
import JSON
import Store
import Testing

/// Trying again what has failed.
@Suite struct RetryTests {
  private func again(_ host: OperationTests.Host, _ operation: OperationRecord) async throws -> OperationRecord {
    let retried = try await host.engine.retry(operationID: operation.id, client: host.client, idempotencyKey: nil)
    return try await host.engine.wait(operationID: retried.id, milliseconds: 90_000)
  }

  private func refusal(_ body: () async throws -> OperationRecord) async -> String {
    do {
      _ = try await body()
      return "nothing was refused"
    } catch {
      return "\(error)"
    }
  }

  @Test func aCreationThatWasKeptMakesOnlyWhatIsMissing() async throws {
    let host = try await OperationTests.Host()
    host.cloud.arm("Create ThingB", .refuse("quota exceeded"))
    let failed = try await host.create(things: "{A: [], B: [A], C: [B]}", onFailure: "keep")
    #expect(failed.status == .failed)
    let end = try await again(host, failed)
    #expect(end.id == failed.id)
    #expect(end.status == .succeeded)
    #expect(try await host.stack()?.status == .createComplete)
    #expect(host.cloud.calls.filter { $0.hasPrefix("Create") } == ["Create ThingA", "Create ThingB", "Create ThingB", "Create ThingC"])
    #expect(host.cloud.things.count == 3)
    #expect(await refusal { try await again(host, failed) } == "operation \(failed.id) has succeeded: there is nothing to retry")
  }

  @Test func creatingItAgainGoesOnToo() async throws {
    let host = try await OperationTests.Host()
    host.cloud.arm("Create ThingB", .refuse("quota exceeded"))
    let failed = try await host.create(things: "{A: [], B: [A]}", onFailure: "keep")
    let end = try await host.create(things: "{A: [], B: [A]}")
    #expect(end.id == failed.id && end.status == .succeeded)
    #expect(host.cloud.calls.count { $0 == "Create ThingA" } == 1)
    #expect(host.cloud.things.count == 2)
    #expect(try await host.delete().status == .succeeded)
    #expect(host.cloud.things.isEmpty)
  }

  @Test func anotherFileIsRefusedWithTheWay() async throws {
    let host = try await OperationTests.Host()
    host.cloud.arm("Create ThingB", .refuse("quota exceeded"))
    let failed = try await host.create(things: "{A: [], B: [A]}", onFailure: "keep")
    let sentence = await refusal { try await host.create(things: "{A: [], C: [A]}") }
    #expect(sentence.contains("`cld operation retry \(failed.id)`") && sentence.contains("`cld env delete shop` first"))
    #expect(host.cloud.things.count == 1)
  }

  /// What the cloud gave up on is made anew under another name; what only waited beside it goes on.
  @Test func whatFailedHalfWayIsClearedAway() async throws {
    let host = try await OperationTests.Host()
    host.cloud.state.withLock {
      $0.slow = ["ThingB"]
      $0.broken = ["ThingA"]
    }
    let failed = try await host.create(things: "{A: [], B: []}", onFailure: "keep")
    #expect(failed.status == .failed)
    #expect(failed.reason == "ThingA: it broke")
    let before = host.cloud.things
    host.cloud.state.withLock {
      $0.slow = []
      $0.broken = []
    }
    #expect(try await again(host, failed).status == .succeeded)
    #expect(host.cloud.things.count == 2)
    #expect(host.cloud.things.filter { $0.contains("ThingB") } == before.filter { $0.contains("ThingB") })
    #expect(host.cloud.things.contains { $0.hasSuffix("ThingA-g2") })
    #expect(host.cloud.calls.count { $0 == "Create ThingB" } == 1)
    #expect(host.cloud.calls.count { $0 == "Create ThingA" } == 2)
  }

  @Test func aRollbackThatFailedAndADeleteThatFailedAreTriedAgain() async throws {
    let host = try await OperationTests.Host()
    host.cloud.arm("Create ThingB", .refuse("quota exceeded"))
    host.cloud.state.withLock { $0.refusals = ["Delete ThingA "] }
    let failed = try await host.create(things: "{A: [], B: [A]}")
    #expect(try await host.stack()?.status == .rollbackFailed)
    #expect(failed.reason?.hasPrefix("ThingB: quota exceeded. Rolling back, could not delete: ThingA") == true)
    let taken = await refusal { try await host.create(things: "{A: [], B: [A]}") }
    #expect(taken.contains("is ROLLBACK_FAILED") && taken.contains("cld operation retry") && taken.contains("cld env delete shop"))
    host.cloud.state.withLock { $0.refusals = [] }
    let end = try await again(host, failed)
    #expect(end.status == .failed && end.reason == "ThingB: quota exceeded")
    #expect(try await host.stack()?.status == .rollbackComplete)
    #expect(host.cloud.things.isEmpty)
    #expect(await refusal { try await again(host, failed) }.hasSuffix("environment shop is ROLLBACK_COMPLETE: what it had made is undone; `cld env` creates it anew"))

    #expect(try await host.create(things: "{A: []}").status == .succeeded)
    host.cloud.state.withLock { $0.refusals = ["Delete ThingA "] }
    let kept = try await host.delete()
    #expect(kept.status == .failed)
    #expect(try await host.stack()?.status == .deleteFailed)
    host.cloud.state.withLock { $0.refusals = [] }
    #expect(try await again(host, kept).status == .succeeded)
    #expect(host.cloud.things.isEmpty)
    #expect(try await host.stack() == nil)
  }

  /// The cloud's words, what of ours is in the way, and what to do.
  @Test func aDeleteThatIsStuckSaysWhatIsInTheWay() async throws {
    let host = try await OperationTests.Host()
    #expect(try await host.create(things: "{A: []}").status == .succeeded)
    #expect(try await host.create("other", things: "{B: []}").status == .succeeded)
    let blocker = try #require(host.cloud.things.first { $0.contains("ThingB") })
    host.cloud.state.withLock {
      $0.refusals = ["Delete ThingA "]
      $0.refusalMessage = "something depends on it: \(blocker)"
    }
    let stuck = try await host.delete()
    let way = "ThingA: something depends on it: \(blocker); in the way: ThingB (\(blocker)) of environment other"
    #expect(stuck.status == .failed)
    #expect(stuck.reason?.hasPrefix("could not delete: \(way); still there: ThingA (") == true)
    #expect(stuck.reason?.hasSuffix("; once nothing is in the way, `cld operation retry \(stuck.id)` tries again") == true)
    // While it was tried again, the events said so too.
    let told = try await host.engine.read { try $0.events(after: 0, operationID: stuck.id) }
    #expect(told.count { $0.status == "DELETE_FAILED" && $0.reason.map { way.hasSuffix($0) } == true } == 3)
    #expect(host.cloud.things.count == 2)
  }

  @Test func aHeldOperationIsTriedAtOnce() async throws {
    let host = try await OperationTests.Host()
    host.cloud.arm("Create ThingA", .expired)
    let held = try await host.create(things: "{A: []}")
    #expect(held.status == .held)
    #expect(try await again(host, held).status == .succeeded)
  }

  /// A thing of which nobody knows stays a question, also after a creation that was kept.
  @Test func whatIsUndecidedIsNotMadeASecondTime() async throws {
    let host = try await OperationTests.Host(SimulatedCloud(repeating: .unsafe))
    host.cloud.arm("Create ThingA", .lostAfter)
    host.cloud.arm("Create ThingB", .refuse("quota exceeded"))
    let failed = try await host.create(things: "{A: [], B: []}", onFailure: "keep")
    #expect(failed.status == .failed)
    let held = try await again(host, failed)
    #expect(held.status == .held)
    #expect(host.cloud.things.count { $0.contains("ThingA") } == 1)
    let name = try #require(host.cloud.things.first { $0.contains("ThingA") })
    let resolved = try await host.engine.resolve(operationID: held.id, resource: "ThingA", .exists(id: name))
    #expect(try await host.engine.wait(operationID: resolved.id, milliseconds: 90_000).status == .succeeded)
    #expect(host.cloud.things.count == 2)
    #expect(host.cloud.calls.count { $0 == "Create ThingA" } == 1)
  }
}
