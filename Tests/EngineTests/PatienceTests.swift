import Store
import Testing

@testable import Engine

/// How often a held operation is tried.
@Suite struct PatienceTests {
  private let one = CredentialsMark("one")
  private let other = CredentialsMark("other")

  @Test func timeAloneIsWaitedForEverLonger() {
    var patience = Patience()
    var waits: [Int64] = []
    var now: Int64 = 1_000_000
    for _ in 1...14 {
      patience.hold(with: [one], at: now)
      let least = (0...).first { patience.isOver(with: [one], at: now + Int64($0) * 1000) }
      waits.append(Int64(least ?? 0))
      now += waits[waits.count - 1] * 1000
    }
    #expect(waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600, 600, 600])
  }

  @Test func otherCredentialsAreTriedAtOnce() {
    var patience = Patience()
    patience.hold(with: [one, nil], at: 5)
    #expect(!patience.isOver(with: [one, nil], at: 6))
    #expect(patience.isOver(with: [other, nil], at: 6))
    #expect(patience.isOver(with: [one, other], at: 6))
  }

  /// A source that gives another session each time it is asked has renewed nothing.
  @Test func credentialsThatAreAlwaysOthersAreNotTriedEachTime() {
    var patience = Patience()
    var tries = 0
    for now in Int64(1)...60_000 where patience.isOver(with: [CredentialsMark(now)], at: now) || now == 1 {
      tries += 1
      patience.hold(with: [CredentialsMark(now)], at: now)
    }
    #expect((2...9).contains(tries))
  }

  private func held(_ host: OperationTests.Host) async throws -> OperationRecord {
    host.cloud.state.withLock { $0.expired = ["first"] }
    let operation = try await host.create(things: "{A: []}")
    #expect(operation.status == .held)
    // It is told a moment before the host has let go of it.
    while host.engine.isUnderWay(operation.id) { await Task.yield() }
    #expect(try await host.engine.stalledScopes().count == 1)
    return operation
  }

  @Test func aClientThatAsksAgainAndAgainTakesNothingUp() async throws {
    let host = try await OperationTests.Host()
    let operation = try await held(host)
    // By the real clock: on a machine that is busy some of its waits may pass meanwhile.
    let start = Clock.steadyMilliseconds()
    for _ in 1...50 {
      _ = try await host.engine.stalledScopes()
      try await host.engine.resume(patiently: true)
    }
    var possible = 0
    var passed = Clock.steadyMilliseconds() - start
    while passed >= 2000 << Int64(possible) {
      passed -= 2000 << Int64(possible)
      possible += 1
    }
    let now = try await host.engine.wait(operationID: operation.id, milliseconds: 10_000)
    #expect(now.status == .held && now.reason == "the token has expired")
    #expect(now.epoch <= operation.epoch + Int64(possible))
    let told = try await host.engine.read { try $0.events(after: 0, operationID: operation.id) }
    #expect(told.count { $0.status == "HELD" } == 1)
  }

  @Test func withOtherCredentialsItGoesOnAtOnce() async throws {
    let host = try await OperationTests.Host()
    let operation = try await held(host)
    host.cloud.state.withLock { $0.credentials = "second" }
    try await host.engine.resume(patiently: true)
    #expect(try await host.engine.wait(operationID: operation.id, milliseconds: 90_000).status == .succeeded)
  }

  /// Nothing has changed that the host could see, and a person knows better.
  @Test func aPersonWhoAsksDoesNotWait() async throws {
    let host = try await OperationTests.Host()
    let operation = try await held(host)
    host.cloud.state.withLock { $0.expired = [] }
    host.engine.loseNoTime(with: operation.id)
    try await host.engine.resume(patiently: true)
    #expect(try await host.engine.wait(operationID: operation.id, milliseconds: 90_000).status == .succeeded)
  }

  @Test func theSameReasonIsToldOnce() async throws {
    let host = try await OperationTests.Host()
    let operation = try await held(host)
    for _ in 1...3 {
      try await host.engine.resume()
      #expect(try await host.engine.wait(operationID: operation.id, milliseconds: 10_000).status == .held)
      while host.engine.isUnderWay(operation.id) { await Task.yield() }
    }
    let told = try await host.engine.read { try $0.events(after: 0, operationID: operation.id) }
    #expect(told.count { $0.status == "HELD" } == 1)
    #expect(try await host.engine.read { try $0.operation(id: operation.id)?.epoch } == operation.epoch + 3)
  }
}
