internal import Synchronization

/// Wakes those who wait for events when a commit has brought some.
final class EventSignal: Sendable {
  private struct State {
    var count: UInt64 = 0
    var nextID: UInt64 = 0
    var waiting: [UInt64: CheckedContinuation<Void, Never>] = [:]
    /// Cancelled before the wait was entered.
    var cancelled: Set<UInt64> = []
  }

  private let state = Mutex(State())

  /// How many commits there have been; take it before reading the store, and wait with it.
  var count: UInt64 { state.withLock { $0.count } }

  /// Says that a commit has brought events.
  func notify() {
    let waiting = state.withLock { state in
      state.count += 1
      let taken = state.waiting.values
      state.waiting = [:]
      return taken
    }
    for continuation in waiting { continuation.resume() }
  }

  /// Returns as soon as there was a commit since `seen`, or the task is cancelled.
  func wait(since seen: UInt64) async {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          if state.count != seen || state.cancelled.contains(id) { return true }
          state.waiting[id] = continuation
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      let continuation = state.withLock { state in
        state.cancelled.insert(id)
        return state.waiting.removeValue(forKey: id)
      }
      continuation?.resume()
    }
    _ = state.withLock { $0.cancelled.remove(id) }
  }
}
