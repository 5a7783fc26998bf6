public import JSON

extension ChangeSet {
  /// Adds what is done in a nested stack. Where the outer template alone has nothing to say about it, the resource is added as one that changes
  /// automatically (CloudFormation user guide, "Change sets for nested stacks").
  /// - Parameters:
  ///   - nested: what is done in it.
  ///   - id: the resource that the nested stack is.
  ///   - physicalID: the nested stack's id; nil for one that is made.
  public mutating func add(_ nested: ChangeSet, under id: String, physicalID: String?) {
    guard !nested.changes.isEmpty || !nested.isEmpty else { return }
    isEmpty = false
    changes = Self.adding(nested.changes, to: changes, under: id, physicalID)
    valueChanges = Self.adding(nested.valueChanges, to: valueChanges, under: id, physicalID)
  }

  private static func adding(_ nested: [ResourceChange], to changes: [ResourceChange], under id: String, _ physicalID: String?) -> [ResourceChange] {
    var out = changes
    if let index = out.firstIndex(where: { $0.logicalID == id }) {
      out[index].nested = nested
      return out
    }
    guard let physicalID else { return out }
    let detail = ChangeDetail(
      target: ChangeTarget(attribute: .properties, property: nil, recreation: .never, value: nil), source: .automatic, evaluation: .onExecution)
    let modification = ResourceChange.Modification(physicalID: physicalID, details: [detail], disposal: .delete, before: [:], after: [:])
    out.append(ResourceChange(logicalID: id, type: BuiltInType.stack.rawValue, action: .modify(modification), nested: nested))
    return out.sorted { $0.logicalID < $1.logicalID }
  }
}
