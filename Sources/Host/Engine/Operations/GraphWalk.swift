/// Visits the nodes of a graph, each as soon as all that it waits for are done, independent branches in parallel.
struct GraphWalk {
  /// What becomes of the others when a visit fails.
  enum OnFailure {
    /// Starts nothing more and cancels what is waiting: the whole will be undone.
    case cancelRest
    /// Goes on with all that does not wait for the one that failed.
    case goOn
  }

  /// For each node those that it waits for.
  let dependencies: [String: Set<String>]
  let onFailure: OnFailure

  /// Visits all; returns the first error of each node that failed. Nodes that were never reached are in neither.
  func run(_ visit: @escaping @Sendable (String) async throws -> Void) async -> [String: any Error] {
    var waiting = dependencies.mapValues(\.count)
    var dependents: [String: [String]] = [:]
    for (node, targets) in dependencies { for target in targets { dependents[target, default: []].append(node) } }
    var failures: [String: any Error] = [:]
    await withTaskGroup(of: (String, (any Error)?).self) { group in
      func start(_ node: String) {
        group.addTask {
          do {
            try await visit(node)
            return (node, nil)
          } catch {
            return (node, error)
          }
        }
      }
      for node in waiting.filter({ $0.value == 0 }).keys.sorted() { start(node) }
      for await (node, error) in group {
        if let error {
          failures[node] = error
          if onFailure == .cancelRest { group.cancelAll() }
          continue
        }
        if onFailure == .cancelRest && (!failures.isEmpty || Task.isCancelled) { continue }
        for next in (dependents[node] ?? []).sorted() {
          waiting[next, default: 0] -= 1
          if waiting[next] == 0 { start(next) }
        }
      }
    }
    return failures
  }
}
