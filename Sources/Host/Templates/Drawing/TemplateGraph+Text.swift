public import JSON

extension TemplateGraph {
  /// A table for people: each resource with its level, and what it waits for.
  public var text: String {
    let waits = Dictionary(grouping: edges, by: \.from)
    let rows = nodes.map { node in
      let targets = (waits[node.id] ?? []).map { edge in edge.reasons == [.order] ? "\(edge.to) (DependsOn)" : edge.to }
      return [String(node.level), node.id, node.type + (node.condition.map { " if \($0)" } ?? ""), targets.joined(separator: ", ")]
    }
    let table = [["LEVEL", "LOGICAL ID", "TYPE", "WAITS FOR"]] + rows
    let widths = (0..<3).map { column in table.map { $0[column].count }.max() ?? 0 }
    return table.map { row in
      // Nothing stands behind the last word of a line.
      let last = row[3].isEmpty ? 2 : 3
      return row[...last].enumerated().map { column, cell in
        column == last ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }

  /// `{"nodes": [{"id", "type", "level"}], "edges": [{"from", "to", "by"}]}`; `condition` where it is not decided.
  public var json: JSON {
    [
      "nodes": .array(
        nodes.map { node in
          var members: [String: JSON] = ["id": .string(node.id), "type": .string(node.type), "level": .int(Int64(node.level))]
          members["condition"] = node.condition.map { .string($0) }
          return .object(members)
        }),
      "edges": .array(
        edges.map { edge in
          ["from": .string(edge.from), "to": .string(edge.to), "by": .array(edge.reasons.sorted().map { .string($0.rawValue) })]
        }),
    ]
  }

  /// A graph in the language of Graphviz ("DOT Language"); arrows point to what must be complete before.
  public var dot: String {
    func quoted(_ text: String) -> String {
      "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
    }
    var lines = ["digraph template {", "  rankdir=BT;", "  node [shape=box, fontname=\"sans-serif\"];"]
    for node in nodes {
      let style = node.condition == nil ? "" : ", style=dashed"
      lines.append("  \(quoted(node.id)) [label=\(quoted("\(node.id)\n\(node.type)"))\(style)];")
    }
    for edge in edges {
      lines.append("  \(quoted(edge.from)) -> \(quoted(edge.to))\(edge.reasons == [.order] ? " [style=dashed]" : "");")
    }
    return (lines + ["}"]).joined(separator: "\n")
  }
}
