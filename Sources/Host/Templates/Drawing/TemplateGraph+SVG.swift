extension TemplateGraph {
  private static let boxHeight = 44.0
  private static let layerHeight = 110.0
  private static let margin = 20.0

  /// A drawing as an SVG document of its own ("Scalable Vector Graphics 1.1"): what is needed above, lines to what needs it, dashed
  /// where only `DependsOn` says so.
  public var svg: String {
    let places = Dictionary(uniqueKeysWithValues: nodes.enumerated().map { ($0.element.id, $0.offset) })
    let layout = LayeredLayout(
      levels: nodes.map(\.level), widths: nodes.map(Self.width),
      edges: edges.compactMap { edge in
        guard let from = places[edge.from], let to = places[edge.to] else { return nil }
        return (from, to)
      })
    let width = layout.width + 2 * Self.margin
    let height = Double(max(0, layout.layerCount - 1)) * Self.layerHeight + Self.boxHeight + 2 * Self.margin
    let arrow = Self.element("path", ["d": "M0 0L10 5L0 10z", "fill": "#555"])
    let marker = Self.element(
      "marker",
      ["id": "arrow", "viewBox": "0 0 10 10", "refX": "10", "refY": "5", "markerWidth": "7", "markerHeight": "7", "orient": "auto"], arrow)
    var lines = [Self.element("defs", [:], marker), Self.element("rect", ["width": "100%", "height": "100%", "fill": "#fff"])]
    for (edge, path) in zip(edges, layout.paths) { lines.append(Self.line(edge, path.map { layout.items[$0] })) }
    for item in layout.items {
      if case .box(let node) = item.kind { lines.append(Self.box(nodes[node], item)) }
    }
    let (w, h) = (Self.number(width), Self.number(height))
    return Self.element(
      "svg", ["xmlns": "http://www.w3.org/2000/svg", "width": w, "height": h, "viewBox": "0 0 \(w) \(h)", "font-family": "sans-serif"],
      "\n" + lines.joined(separator: "\n") + "\n")
  }

  /// One element; the content is markup already, the values are not.
  private static func element(_ name: String, _ attributes: KeyValuePairs<String, String>, _ content: String? = nil) -> String {
    let written = attributes.map { " \($0.key)=\"\(escaped($0.value))\"" }.joined()
    return content.map { "<\(name)\(written)>\($0)</\(name)>" } ?? "<\(name)\(written)/>"
  }

  /// Wide enough for the longer of its two lines: no font is at hand to measure with, and these are wider than most letters.
  private static func width(of node: Node) -> Double { max(80, 20 + max(Double(node.id.count) * 8.2, Double(node.type.count) * 6)) }

  private static func box(_ node: Node, _ item: LayeredLayout.Item) -> String {
    let x = item.x + margin, y = margin + Double(item.layer) * layerHeight
    let title = "\(node.id) (\(node.type))" + (node.condition.map { " if \($0)" } ?? "")
    func text(_ text: String, _ y: Double, size: String, fill: String) -> String {
      element("text", ["x": number(x), "y": number(y), "text-anchor": "middle", "font-size": size, "fill": fill], escaped(text))
    }
    let frame = element(
      "rect",
      [
        "x": number(x - item.width / 2), "y": number(y), "width": number(item.width), "height": number(boxHeight), "rx": "5",
        "fill": "#f4f7fb", "stroke": "#456", "stroke-dasharray": node.condition == nil ? "none" : "5 3",
      ])
    return element(
      "g", [:],
      element("title", [:], escaped(title)) + frame + text(node.id, y + 19, size: "14", fill: "#000") + text(node.type, y + 35, size: "10", fill: "#567"))
  }

  /// Curves from the upper edge of the box that waits to the lower edge of what it waits for; straight through the layers between, so that
  /// no box is crossed.
  private static func line(_ edge: Edge, _ items: [LayeredLayout.Item]) -> String {
    func point(_ item: LayeredLayout.Item, below: Bool) -> (x: Double, y: Double) {
      let top = margin + Double(item.layer) * layerHeight
      return (item.x + margin, below ? top + boxHeight : top)
    }
    var path = ""
    for (lower, upper) in zip(items, items.dropFirst()) {
      let start = point(lower, below: false), end = point(upper, below: true)
      let half = (start.y + end.y) / 2
      path += path.isEmpty ? "M\(number(start.x)) \(number(start.y))" : "V\(number(start.y))"
      path += "C\(number(start.x)) \(number(half)) \(number(end.x)) \(number(half)) \(number(end.x)) \(number(end.y))"
    }
    return element(
      "path",
      [
        "d": path, "fill": "none", "stroke": "#555", "stroke-dasharray": edge.reasons == [.order] ? "5 3" : "none",
        "marker-end": "url(#arrow)",
      ], element("title", [:], escaped("\(edge.from) → \(edge.to)")))
  }

  /// With one digit behind the point: fewer bytes, and no difference that an eye can see.
  private static func number(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return tenths % 10 == 0 ? String(tenths / 10) : "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
  }
}
