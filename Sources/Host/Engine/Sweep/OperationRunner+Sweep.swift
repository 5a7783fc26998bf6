internal import JSON
internal import Store
internal import Templates

extension OperationRunner {
  /// Deletes what came late.
  func deleteArrivals() async throws -> Ending {
    let (id, operationID) = (stack.id, operation.id)
    let arrivals = try await context.store.read { try $0.supersededResources(of: id) }.filter { record in
      if case .arrival = record.change?.kind { record.change?.operationID == operationID } else { false }
    }
    switch try await deleteAll(graph, arrivals, fate: { _ in .delete(["final_snapshot": false]) }) {
    case .held(let reason): return .held(reason)
    case .failed(let problem): return .failed(problem)
    case .gone: return .succeeded
    }
  }
}
