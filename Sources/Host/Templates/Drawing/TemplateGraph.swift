internal import JSON

/// Which resource of a template waits for which, for people: with the reasons.
public struct TemplateGraph: Hashable, Sendable {
  /// A resource.
  public struct Node: Hashable, Sendable {
    /// The logical id.
    public let id: String
    /// The type's name.
    public let type: String
    /// The condition under which it is made, where that could not be decided.
    public let condition: String?
    /// How many resources stand one behind the other before it: 0 for one that waits for nothing.
    public internal(set) var level: Int
  }

  /// Why a resource waits for another.
  public enum Reason: String, Hashable, Sendable, Comparable {
    /// `Fn::GetAtt`, or `${Name.Attribute}` in `Fn::Sub`.
    case attribute = "Fn::GetAtt"
    /// `Ref`, or `${Name}` in `Fn::Sub`.
    case reference = "Ref"
    /// `DependsOn`.
    case order = "DependsOn"

    /// In the order of their names.
    public static func < (left: Reason, right: Reason) -> Bool { left.rawValue < right.rawValue }
  }

  /// One resource that waits for another.
  public struct Edge: Hashable, Sendable {
    /// The one that waits.
    public let from: String
    /// The one that must be complete before.
    public let to: String
    /// Why; at least one.
    public let reasons: Set<Reason>
  }

  /// The resources by level, inside of one by name: each stands behind what it waits for.
  public let nodes: [Node]
  /// What waits for what, in the order of the ids.
  public let edges: [Edge]

  /// The graph of a template.
  /// - Parameters:
  ///   - document: a template that `TemplateCheck` accepts.
  ///   - parameters: the values that are known. A condition that needs another is not decided: both of its ways are drawn.
  ///   - context: what is known of the outside.
  /// - Throws: a loop that cannot be unrolled with what is known; resources that wait for each other.
  public init(_ document: SourceDocument, parameters: ParameterValues, context: ResolutionContext) throws(SourceError) {
    var resolver = TemplateResolver(document, parameters: parameters, context: context)
    let (resources, undecided) = try resolver.decidedResources()
    let types = resources.mapValues { $0["Type"]?.string ?? "" }
    var reasons: [String: [String: Set<Reason>]] = [:]
    for (id, resource) in resources {
      var found = References(known: types)
      found.collect(resource["Properties"] ?? .null)
      for target in resource["DependsOn"].map({ $0.array ?? [$0] }) ?? [] { target.string.map { found.add($0, .order) } }
      reasons[id] = found.reasons
    }
    let dependencies = reasons.mapValues { Set($0.keys) }
    if let cycle = Graph.cycle(in: dependencies) {
      throw document.error(at: JSONPointer(["Resources", cycle[0]]), "circular dependency: " + (cycle + cycle.prefix(1)).joined(separator: " → "))
    }
    let graph = Graph(acyclic: dependencies)
    var levels: [String: Int] = [:]
    var nodes: [Node] = []
    for id in graph.order {
      let level = (dependencies[id] ?? []).map { levels[$0, default: 0] + 1 }.max() ?? 0
      levels[id] = level
      nodes.append(Node(id: id, type: types[id] ?? "", condition: undecided[id], level: level))
    }
    self.nodes = nodes.sorted { ($0.level, $0.id) < ($1.level, $1.id) }
    edges = reasons.sorted { $0.key < $1.key }.flatMap { from, targets in
      targets.sorted { $0.key < $1.key }.map { Edge(from: from, to: $0.key, reasons: $0.value) }
    }
  }
}

/// The resources that a value refers to.
private struct References {
  let known: [String: String]
  var reasons: [String: Set<TemplateGraph.Reason>] = [:]

  mutating func add(_ id: String, _ reason: TemplateGraph.Reason) {
    if known[id] != nil { reasons[id, default: []].insert(reason) }
  }

  mutating func collect(_ value: JSON) {
    switch Expression(value) {
    case .ref(let id): return add(id, .reference)
    case .getAtt(let id, _): return add(id, .attribute)
    case .sub(let text, let variables):
      for case .variable(let name) in SubstitutionPart.parse(text) where variables[name] == nil {
        let id = String(name.prefix { $0 != "." })
        add(id, id == name ? .reference : .attribute)
      }
      for variable in variables.values { collect(variable) }
      return
    case .plain: break
    }
    switch value {
    case .array(let elements): for element in elements { collect(element) }
    case .object(let members): for member in members.values { collect(member) }
    default: break
    }
  }
}
