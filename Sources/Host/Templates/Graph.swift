internal import Contract

/// Which resource waits for which.
public struct Graph: Hashable, Sendable {
  /// For each logical id the ids that must be complete before it.
  public let dependencies: [String: Set<String>]

  /// The graph of a template.
  /// - Throws: `TemplateError` for a reference to nothing and for a cycle.
  public init(_ template: Template) throws(TemplateError) {
    var dependencies: [String: Set<String>] = [:]
    for (id, resource) in template.resources {
      let wanted = resource.properties.references.union(resource.dependsOn)
      for target in wanted.sorted() where template.resources[target] == nil {
        throw .unknownReference(from: id, to: target, nearest: EditDistance.nearest(target, template.resources.keys))
      }
      dependencies[id] = wanted
    }
    for (kind, expressions) in [("output", template.outputs), ("export", template.exports)] {
      for (name, value) in expressions {
        for target in value.references.sorted() where template.resources[target] == nil {
          throw .unknownReference(from: "\(kind) \(name)", to: target, nearest: EditDistance.nearest(target, template.resources.keys))
        }
      }
    }
    self.dependencies = dependencies
    if let cycle = Self.cycle(in: dependencies) { throw .cycle(cycle) }
  }

  /// The graph of dependencies that are known to have no cycle.
  init(acyclic dependencies: [String: Set<String>]) { self.dependencies = dependencies }

  /// For each logical id the ids that wait for it.
  public var dependents: [String: Set<String>] {
    var out = dependencies.mapValues { _ in Set<String>() }
    for (id, targets) in dependencies {
      for target in targets { out[target, default: []].insert(id) }
    }
    return out
  }

  /// The logical ids in an order in which each stands behind what it waits for; ties in the order of names.
  public var order: [String] {
    var waiting = dependencies.mapValues(\.count)
    let dependents = dependents
    var ready = waiting.filter { $0.value == 0 }.keys.sorted(by: >)
    var out: [String] = []
    while let id = ready.popLast() {
      out.append(id)
      var released: [String] = []
      for next in dependents[id] ?? [] {
        waiting[next, default: 0] -= 1
        if waiting[next] == 0 { released.append(next) }
      }
      if !released.isEmpty { ready = (ready + released).sorted(by: >) }
    }
    return out
  }

  /// The first cycle in the order of names, found without recursion: templates may be long chains.
  static func cycle(in dependencies: [String: Set<String>]) -> [String]? {
    enum Colour { case open, done }
    var colours: [String: Colour] = [:]
    for start in dependencies.keys.sorted() where colours[start] == nil {
      var path = [start]
      var pending = [dependencies[start, default: []].sorted(by: >)]
      colours[start] = .open
      while let current = path.last {
        guard let next = pending[pending.count - 1].popLast() else {
          colours[current] = .done
          path.removeLast()
          pending.removeLast()
          continue
        }
        switch colours[next] {
        case .done: continue
        case .open: return Array(path.drop { $0 != next })
        case nil:
          colours[next] = .open
          path.append(next)
          pending.append(dependencies[next, default: []].sorted(by: >))
        }
      }
    }
    return nil
  }
}
