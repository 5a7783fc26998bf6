internal import JSON

extension TemplateCheck {
  /// Resources that wait for each other, conditions that mean each other.
  mutating func checkCycles() {
    for section in ["Resources", "Conditions"] {
      guard let members = document.value[section]?.object else { continue }
      let dependencies = members.mapValues { section == "Resources" ? Self.dependencies($0) : $0.namedConditions }
        .mapValues { Set($0.filter { members[$0] != nil }) }
      var rest = dependencies
      while let loop = Graph.cycle(in: rest) {
        for id in loop.sorted() {
          error(JSONPointer([section, id]), "circular dependency: " + (loop + loop.prefix(1)).joined(separator: " → "))
        }
        rest = rest.filter { !loop.contains($0.key) }.mapValues { $0.subtracting(loop) }
      }
    }
  }

  private static func dependencies(_ resource: JSON) -> Set<String> {
    let named = resource["DependsOn"].map { $0.array ?? [$0] } ?? []
    return (resource["Properties"]?.references ?? []).union(named.compactMap(\.string))
  }
}

extension JSON {
  /// The conditions that a condition names.
  fileprivate var namedConditions: Set<String> {
    if let (name, argument) = singleMember, name == "Condition", let id = argument.string { return [id] }
    switch self {
    case .array(let elements): return Set(elements.flatMap(\.namedConditions))
    case .object(let members): return Set(members.values.flatMap(\.namedConditions))
    default: return []
    }
  }
}
