import Engine
import Foundation
import JSON
import Store
import Testing

/// What is written, and how often: each commit is a wait for the disk.
@Suite struct CommitTests {
  /// The commits in the log of a store that was never copied into its database (sqlite.org/walformat.html: the second word of a frame's head is not zero in
  /// the last frame of a commit).
  private static func commits(_ host: OperationTests.Host) throws -> Int {
    let log = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(host.home)/data/deployments/cld.sqlite-wal")))
    func word(_ place: Int) -> Int { log[place..<(place + 4)].reduce(0) { $0 << 8 | Int($1) } }
    let pageSize = word(8)
    return stride(from: 32, through: log.count - 24 - pageSize, by: 24 + pageSize).count { word($0 + 4) != 0 }
  }

  @Test func aPollThatFindsNothingNewCommitsNothing() async throws {
    let host = try await OperationTests.Host()
    host.cloud.state.withLock { $0.slow = ["ThingA"] }
    let text = "environment: {resources: {sim: [{resource: {type: thing, configuration: {things: {A: []}}}}]}}"
    _ = try await host.engine.createEnvironment(.init(name: "shop", file: "e", text: text, client: host.client), dryRun: false)
    func polls() -> Int { host.cloud.calls.count { $0 == "Get ThingA" } }
    while polls() < 2 { try await Task.sleep(for: .milliseconds(10)) }
    let before = try Self.commits(host)
    // Polls are 100 ms apart, so that the clock's second changes among these.
    while polls() < 14 { try await Task.sleep(for: .milliseconds(10)) }
    #expect(before > 0)
    #expect(try Self.commits(host) == before)
    host.cloud.state.withLock { $0.slow = [] }
    while try await host.stack()?.status != .createComplete { try await Task.sleep(for: .milliseconds(10)) }
    #expect(try Self.commits(host) > before)
  }

  /// One commit says that it is being deleted, one is the intent, and one what the cloud answered and that it is gone.
  @Test func aThingOfAChainIsDeletedInThreeCommits() async throws {
    func commits(deleting things: String) async throws -> Int {
      let host = try await OperationTests.Host()
      #expect(try await host.create(things: things).status == .succeeded)
      let before = try Self.commits(host)
      #expect(try await host.delete().status == .succeeded)
      #expect(host.cloud.things.isEmpty)
      return try Self.commits(host) - before
    }
    let two = try await commits(deleting: "{A: [], B: [A]}")
    let six = try await commits(deleting: "{A: [], B: [A], C: [B], D: [C], E: [D], F: [E]}")
    #expect(six - two == 4 * 3)
  }
}
