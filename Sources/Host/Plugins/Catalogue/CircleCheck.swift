internal import Contract

/// Plugins that require each other in a circle: none could be installed, enabled or removed first.
enum CircleCheck {
  /// The refusals of the plugins that stand in a circle, by their index.
  static func refusals(_ records: [PluginRecord]) -> [Int: Refusal] {
    let serving = records.indices.filter { records[$0].state == .active || records[$0].state == .declared }
    var required: [Int: [Int]] = [:]
    for index in serving {
      required[index] = serving.filter { other in
        other != index && (records[index].manifest?.requires ?? []).contains { RequirementCheck.isMet($0, by: records[other]) }
      }
    }
    var refusals: [Int: Refusal] = [:]
    for index in serving {
      if let way = way(from: index, back: index, required) {
        let names = ([index] + way).map { records[$0].name }.joined(separator: " requires ")
        refusals[index] = Refusal(.requiresCycle, names)
      }
    }
    return refusals
  }

  /// The shortest way over requirements from a plugin back to itself.
  private static func way(from start: Int, back end: Int, _ required: [Int: [Int]]) -> [Int]? {
    var ways = (required[start] ?? []).map { [$0] }
    var seen = Set(ways.flatMap { $0 })
    while !ways.isEmpty {
      if let found = ways.first(where: { $0.last == end }) { return found }
      ways = ways.flatMap { way in
        (required[way[way.count - 1]] ?? []).filter { $0 == end || seen.insert($0).inserted }.map { way + [$0] }
      }
    }
    return nil
  }
}
