import Synchronization
import Testing

@testable import Engine

@Suite("Turnstile", .timeLimit(.minutes(1))) struct TurnstileTests {
  private final class Count: Sendable {
    private let state = Mutex((now: 0, most: 0, all: 0))

    func enter() { state.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1), $0.all + 1) } }
    func leave() { state.withLock { $0.now -= 1 } }
    var most: Int { state.withLock { $0.most } }
    var all: Int { state.withLock { $0.all } }
  }

  @Test func `So many are inside at once and all get their turn`() async {
    let turnstile = Turnstile(most: 4, patience: 60_000, timer: Timer())
    let count = Count()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<2000 {
        group.addTask {
          let turn = await turnstile.enter("op-1")
          count.enter()
          await Task.yield()
          count.leave()
          turnstile.leave("op-1", turn)
        }
      }
    }
    #expect(count.most <= 4)
    #expect(count.all == 2000)
  }

  @Test func `Who stays inside for long holds nobody up`() async {
    let turnstile = Turnstile(most: 2, patience: 100, timer: Timer())
    let hanging = [await turnstile.enter("op-1"), await turnstile.enter("op-1")]
    let others = [await turnstile.enter("op-1"), await turnstile.enter("op-1"), await turnstile.enter("op-1")]
    for turn in hanging + others { turnstile.leave("op-1", turn) }
    #expect(Set(hanging + others).count == 5)
  }

  @Test func `Operations do not wait for each other`() async {
    let turnstile = Turnstile(most: 1, patience: 3_600_000, timer: Timer())
    let one = await turnstile.enter("op-1")
    let two = await turnstile.enter("op-2")
    turnstile.leave("op-1", one)
    turnstile.leave("op-2", two)
  }
}
