internal import Synchronization

/// Wakes those who wait for events when a commit has brought some.
final class EventSignal: Sendable {
  private struct State {
    var count: UInt64 = 0
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  /// How many commits there have been; take it before reading the store, and wait with it.
  var count: UInt64 { state.withLock { $0.count } }

  /// Says that a commit has brought events.
  func notify() {
    let waiting = state.withLock { state in
      state.count += 1
      let taken = state.waiting
      state.waiting = []
      return taken
    }
    for continuation in waiting { continuation.resume() }
  }

  /// Returns as soon as there was a commit since `seen`.
  func wait(since seen: UInt64) async {
    await withCheckedContinuation { continuation in
      let isOver = state.withLock { state in
        if state.count != seen { return true }
        state.waiting.append(continuation)
        return false
      }
      if isOver { continuation.resume() }
    }
  }
}
