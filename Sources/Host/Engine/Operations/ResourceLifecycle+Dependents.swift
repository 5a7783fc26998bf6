internal import Contract
internal import JSON
internal import Store

/// Why a delete is refused.
extension ResourceLifecycle {
  /// The shortest id that is looked for in other texts: a shorter one is found by chance.
  private static let shortestID = 6

  /// The cloud's words, and which things of ours in other stacks stand in the way, as far as they are recorded.
  func explained(_ failure: StepAnswer.Failure, of resource: ResourceRecord) async throws -> StepAnswer.Failure {
    let stackID = stack.id
    let others = try await context.store.read { transaction in
      try transaction.liveStacks().filter { $0.id != stackID }.map { ($0, try transaction.existingResources(of: $0.id)) }
    }
    let blockers = others.flatMap { stack, records in
      records.filter { isInTheWay($0, of: resource, failure.message) }.map { "\($0.logicalID) (\($0.physicalID ?? $0.name)) of \(stack.kind.noun) \(stack.name)" }
    }
    guard !blockers.isEmpty else { return failure }
    var explained = failure
    explained.message += "; in the way: \(blockers.sorted().joined(separator: ", "))"
    return explained
  }

  /// Whether a thing was built on the one that is to go, or the cloud names it as what depends on it.
  private func isInTheWay(_ other: ResourceRecord, of resource: ResourceRecord, _ message: String) -> Bool {
    if let id = other.physicalID, id.count >= Self.shortestID, message.contains(id) { return true }
    guard let id = resource.physicalID, id.count >= Self.shortestID else { return false }
    return other.desired.mentions(id)
  }
}

extension StackRecord.Kind {
  /// The word for people.
  var noun: String { self == .template ? "stack" : rawValue }
}

extension JSON {
  /// Whether one of its texts has that text in it.
  fileprivate func mentions(_ text: String) -> Bool {
    switch self {
    case .string(let string): string.contains(text)
    case .array(let elements): elements.contains { $0.mentions(text) }
    case .object(let members): members.values.contains { $0.mentions(text) }
    default: false
    }
  }
}
