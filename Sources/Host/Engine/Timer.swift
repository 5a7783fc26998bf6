internal import Dispatch
internal import Synchronization

/// All waits of the engine on one dispatch timer. Thousands of things wait in their clouds at once; one `Task.sleep` each
/// costs a third of a core at 10,000 (docs/decisions/0009-timer.md), a heap on one timer next to nothing.
final class Timer: Sendable {
  fileprivate struct Entry {
    let due: UInt64
    let id: UInt64
  }

  fileprivate struct State {
    var heap: [Entry] = []
    var waiting: [UInt64: CheckedContinuation<Void, any Error>] = [:]
    /// What the dispatch timer is set to.
    var armed = UInt64.max
    /// Cancelled before the wait was entered.
    var cancelled: Set<UInt64> = []
    var nextID: UInt64 = 0
  }

  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "cld.timer")
  /// Sound: dispatch objects may be used from any thread; this one is set up in the initialiser and scheduled on `queue`.
  nonisolated(unsafe) private let source: any DispatchSourceTimer

  init() {
    source = DispatchSource.makeTimerSource(queue: queue)
    source.setEventHandler { [weak self] in self?.fire() }
    source.resume()
  }

  deinit { source.cancel() }

  /// When a wait of so many milliseconds ends that begins at `now`, in nanoseconds of the same clock: up to a 32nd later than it was asked for, on a grid that
  /// all waits of about that length share. What is polled every half a minute is so polled many at a time, and threads, workers and connections are woken
  /// once for all of these: for one at a time, being woken is most of what a poll costs.
  static func due(milliseconds: Int, from now: UInt64) -> UInt64 {
    let exact = now + UInt64(max(0, milliseconds)) * 1_000_000
    guard milliseconds >= 64 else { return exact }
    // A power of two, so that the grid of long waits is a part of that of shorter ones.
    let grid = (UInt64(1) << UInt64(Int.bitWidth - 1 - (milliseconds / 32).leadingZeroBitCount)) * 1_000_000
    return (exact + grid - 1) / grid * grid
  }

  /// Waits, at least so long. - Throws: `CancellationError` as soon as the task is cancelled.
  func sleep(milliseconds: Int) async throws {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    let due = Self.due(milliseconds: milliseconds, from: DispatchTime.now().uptimeNanoseconds)
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let (isCancelled, isNext) = state.withLock { state in
          if state.cancelled.remove(id) != nil { return (true, false) }
          state.waiting[id] = continuation
          state.push(Entry(due: due, id: id))
          guard due < state.armed else { return (false, false) }
          state.armed = due
          return (false, true)
        }
        if isCancelled { continuation.resume(throwing: CancellationError()) }
        // Most waits end after one that the timer is set to already.
        if isNext { queue.async { self.fire() } }
      }
    } onCancel: {
      let continuation = state.withLock { state in
        let continuation = state.waiting.removeValue(forKey: id)
        if continuation == nil { state.cancelled.insert(id) }
        return continuation
      }
      continuation?.resume(throwing: CancellationError())
    }
    _ = state.withLock { $0.cancelled.remove(id) }
  }

  /// Resumes what is due and sets the timer to the next. On `queue` only.
  private func fire() {
    let (due, next) = state.withLock { state in
      var due: [CheckedContinuation<Void, any Error>] = []
      let now = DispatchTime.now().uptimeNanoseconds
      while let first = state.heap.first, first.due <= now {
        state.pop()
        if let continuation = state.waiting.removeValue(forKey: first.id) { due.append(continuation) }
      }
      state.armed = state.heap.first?.due ?? .max
      return (due, state.heap.first?.due)
    }
    if let next { source.schedule(deadline: DispatchTime(uptimeNanoseconds: next), leeway: .milliseconds(1)) }
    for continuation in due { continuation.resume() }
  }
}

extension Timer.State {
  /// Adds to the binary heap, earliest first.
  fileprivate mutating func push(_ entry: Timer.Entry) {
    heap.append(entry)
    var index = heap.count - 1
    while index > 0, heap[index].due < heap[(index - 1) / 2].due {
      heap.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  /// Removes the earliest.
  fileprivate mutating func pop() {
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    var index = 0
    while true {
      let children = [2 * index + 1, 2 * index + 2].filter { $0 < heap.count }
      guard let least = children.min(by: { heap[$0].due < heap[$1].due }), heap[least].due < heap[index].due else { return }
      heap.swapAt(index, least)
      index = least
    }
  }
}
