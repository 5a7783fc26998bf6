internal import Synchronization

/// Lets a person cancel the part of a running operation that may be cancelled.
final class OperationHandle: Sendable {
  private struct State {
    var task: Task<[String: any Error], Never>?
    var isCancelled = false
  }

  private let state = Mutex(State())

  /// Whether somebody has asked for the end.
  var isCancelled: Bool { state.withLock { $0.isCancelled } }

  /// Runs the part in a task of its own, so that what comes after it (the rollback) is not cancelled with it.
  func run(_ body: @escaping @Sendable () async -> [String: any Error]) async -> [String: any Error] {
    let task = state.withLock { state in
      let task = Task { await body() }
      if state.isCancelled { task.cancel() }
      state.task = task
      return task
    }
    return await task.value
  }

  /// Asks for the end.
  func cancel() {
    let task = state.withLock { state in
      state.isCancelled = true
      return state.task
    }
    task?.cancel()
  }
}
