internal import Contract
internal import JSON
internal import Store
internal import Templates

extension OperationRunner {
  /// What became of a deletion of several things.
  enum Deletion {
    case gone
    /// Some could not be deleted; one sentence.
    case failed(String)
    case held(String)
  }

  /// What becomes of one thing.
  enum Fate {
    /// It outlives its resource.
    case keep
    /// It goes; the driver is told this.
    case delete(JSON)
  }

  /// Deletes everything of the stack.
  func delete() async throws -> Ending {
    if stack.status == .deleteComplete { return .succeeded }
    // A host that died after the stack's part has done all but say so.
    if stack.status == .deleteFailed, operation.isToBeCancelled { return .cancelled(stack.statusReason ?? "cancelled") }
    var done = stack
    done.statusReason = nil
    let input = operation.input["delete"] ?? [:]
    let retained = Set((input["retain"]?.array ?? []).compactMap(\.string))
    let snapshots = Set((input["snapshots"]?.array ?? []).compactMap(\.string))
    let (records, graph, handle) = (try await existing(), graph, handle)
    let fate: @Sendable (ResourceRecord) -> Fate = { record in
      if retained.contains(record.logicalID) { return .keep }
      switch template.resources[record.logicalID]?.deletionPolicy {
      case .retain, .retainExceptOnCreate: return .keep
      default: return .delete(["final_snapshot": .bool(snapshots.contains(record.logicalID))])
      }
    }
    let failures = await handle.run(patience: Self.patience, context.timer) { await walkDeleting(graph, records, handle, fate) }
    if handle.isCancelled, let ending = try await endCancelledDelete(failures) { return ending }
    switch try await outcome(of: records, failures) {
    case .held(let reason): return .held(reason)
    case .failed(let problem):
      let reason = problem + wayOn
      done.status = .deleteFailed
      done.statusReason = reason
      try await save(done, reason: reason)
      return .failed(reason)
    case .gone:
      done.status = .deleteComplete
      done.deletedAt = context.clock.seconds
      let id = stack.id
      try await save(done, reason: nil) { try $0.deleteSecrets(of: id) }
      return .succeeded
    }
  }

  /// How a person goes on when something could not be deleted.
  var wayOn: String { "; once nothing is in the way, `cld operation retry \(operation.parentID ?? operation.id)` tries again" }

  /// What may exist of the stack, and what was never begun.
  func existing() async throws -> [ResourceRecord] {
    let id = stack.id
    return try await context.store.read { transaction in
      try transaction.existingResources(of: id) + transaction.resources(of: id).filter { $0.status == .pending }
    }
  }

  /// Deletes these things, each before those that it was built on by the graph.
  func deleteAll(_ graph: Graph, _ records: [ResourceRecord], fate: @escaping @Sendable (ResourceRecord) -> Fate) async throws -> Deletion {
    try await outcome(of: records, await walkDeleting(graph, records, nil, fate))
  }

  /// - Parameter handle: through which the deletion is cancelled, so that nothing more is begun; nil when it must come to its end.
  /// - Returns: the failures by the resource's id.
  private func walkDeleting(
    _ graph: Graph, _ records: [ResourceRecord], _ handle: OperationHandle?, _ fate: @escaping @Sendable (ResourceRecord) -> Fate
  ) async -> [String: any Error] {
    // In the order of their names, as they were made and lie in the store, and not in that of their random ids: neighbours go in one commit.
    func node(_ record: ResourceRecord) -> String { "\(record.logicalID) \(record.id)" }
    let byNode = Dictionary(records.map { (node($0), $0) }, uniquingKeysWith: { first, _ in first })
    let byLogicalID = Dictionary(grouping: records, by: \.logicalID).mapValues { Set($0.map(node)) }
    let dependents = graph.dependents
    var waits: [String: Set<String>] = [:]
    for record in records {
      waits[node(record)] = (dependents[record.logicalID] ?? []).reduce(into: []) { $0.formUnion(byLogicalID[$1] ?? []) }
    }
    let walked = await GraphWalk(dependencies: waits, onFailure: .goOn).run { node in
      guard let record = byNode[node] else { return }
      let isBegun = record.status == .deleteInProgress || record.status == .pending
      if handle?.isCancelled == true, !isBegun { throw CancellationError() }
      try await delete(record, fate(record), handle)
    }
    return Dictionary(walked.map { (byNode[$0.key]?.id ?? $0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
  }

  private func outcome(of records: [ResourceRecord], _ walked: [String: any Error]) async throws -> Deletion {
    let byID = Dictionary(records.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let failures = Dictionary(walked.map { (byID[$0.key]?.logicalID ?? $0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    try rethrowFaults(failures)
    if case .held(let reason) = held(failures) { return .held(reason) }
    guard failures.isEmpty else {
      let stackID = stack.id
      let left = try await context.store.read { try $0.existingResources(of: stackID) }.filter { byID[$0.id] != nil }
      let names = left.map { "\($0.logicalID) (\($0.physicalID ?? $0.name))" }.joined(separator: ", ")
      return .failed("could not delete: \(describe(failures)); still there: \(names)")
    }
    return .gone
  }

  /// Deletes one thing, again with back-off when the cloud says no: what is in the way may be going.
  private func delete(_ record: ResourceRecord, _ fate: Fate, _ handle: OperationHandle?) async throws {
    var lifecycle = lifecycle
    lifecycle.deletion = handle
    var attempt = 0
    while true {
      let id = record.id
      guard let current = try await context.store.read({ try $0.resource(id: id) }) else { return }
      do {
        switch fate {
        case .keep: try await lifecycle.keep(current)
        case .delete(let input): try await lifecycle.delete(current, input: input)
        }
        return
      } catch let interruption as Interruption {
        attempt += 1
        guard case .failed = interruption, attempt < 3 else { throw interruption }
        try await context.timer.sleep(milliseconds: 1000 << attempt)
        if handle?.isCancelled == true { throw interruption }
      }
    }
  }
}
