internal import Synchronization

/// Lets a person cancel a running operation, as far as it can be cancelled.
final class OperationHandle: Sendable {
  private struct State {
    var isCancelled = false
    var wasAsked = false
    /// Whether the cloud was asked for what cannot be taken back.
    var isCommitted = false
    /// Ends the part that runs.
    var end: (@Sendable () -> Void)?
    /// The operations within this one that end with it.
    var inner: [OperationHandle] = []
  }

  private let state = Mutex(State())

  /// Whether somebody has asked for the end, before it was too late for that.
  var isCancelled: Bool { state.withLock { $0.isCancelled } }

  /// Whether somebody has asked for the end, also when it was too late.
  var wasAsked: Bool { state.withLock { $0.wasAsked } }

  /// Runs a part in a task of its own, so that what comes after it (the rollback) is not cancelled with it.
  func run<Result: Sendable>(_ body: @escaping @Sendable () async -> Result) async -> Result {
    await run(body) { $0() }
  }

  /// Runs a part that sees itself that it is cancelled and begins nothing more; what it has begun comes to its end, unless that takes longer than so many milliseconds.
  func run<Result: Sendable>(patience milliseconds: Int, _ timer: Timer, _ body: @escaping @Sendable () async -> Result) async -> Result {
    await run(body) { end in
      Task {
        do { try await timer.sleep(milliseconds: milliseconds) } catch {}
        end()
      }
    }
  }

  private func run<Result: Sendable>(
    _ body: @escaping @Sendable () async -> Result, ending: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void
  ) async -> Result {
    let task = Task { await body() }
    let end: @Sendable () -> Void = { ending { task.cancel() } }
    let isCancelled = state.withLock { state in
      state.end = end
      return state.isCancelled
    }
    if isCancelled { end() }
    let result = await task.value
    state.withLock { $0.end = nil }
    return result
  }

  /// Says that the cloud is about to be asked for what cannot be taken back: from here on nothing is cancelled.
  /// - Returns: false when it was cancelled before, so that the cloud must not be asked.
  func commit() -> Bool {
    state.withLock { state in
      if !state.isCancelled { state.isCommitted = true }
      return state.isCommitted
    }
  }

  /// Lets an operation within this one end with it.
  func add(_ inner: OperationHandle) {
    let isCancelled = state.withLock { state in
      state.inner.append(inner)
      return state.isCancelled
    }
    if isCancelled { inner.cancel() }
  }

  /// Asks for the end.
  func cancel() {
    let (end, inner) = state.withLock { state -> ((@Sendable () -> Void)?, [OperationHandle]) in
      state.wasAsked = true
      guard !state.isCommitted, !state.isCancelled else { return (nil, []) }
      state.isCancelled = true
      return (state.end, state.inner)
    }
    end?()
    for handle in inner { handle.cancel() }
  }
}
