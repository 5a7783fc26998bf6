internal import JSON

extension TemplateResolver {
  /// The resources with loops unrolled and only those ways of conditions that are taken, as far as that is known; values stay as they are
  /// written. With the conditions of the resources of which nobody knows yet whether they are made.
  mutating func decidedResources() throws(SourceError) -> (resources: [String: JSON], undecided: [String: String]) {
    try unrollConditions()
    for name in conditionSources.keys.sorted() {
      _ = try? condition(named: name, JSONPointer())
      deciding = []
    }
    var loops = loopExpansion()
    var undecided: [String: String] = [:]
    var resources = try loops.unrolled("Resources").filter { $0.value.object != nil }
    for (id, resource) in resources {
      guard let name = resource["Condition"]?.string else { continue }
      switch conditions[name] {
      case true?: break
      case false?: resources[id] = nil
      case nil: undecided[id] = name
      }
    }
    return (resources.mapValues { $0.taking(conditions) }, undecided)
  }
}

extension JSON {
  /// The value with each `Fn::If` of a decided condition replaced by the way that it takes.
  fileprivate func taking(_ conditions: [String: Bool]) -> JSON {
    if let (name, argument) = function, name == "Fn::If", let id = argument[0]?.string, let decided = conditions[id] {
      return (argument[decided ? 1 : 2] ?? .null).taking(conditions)
    }
    switch self {
    case .array(let elements): return .array(elements.map { $0.taking(conditions) })
    case .object(let members): return .object(members.mapValues { $0.taking(conditions) })
    default: return self
    }
  }
}
