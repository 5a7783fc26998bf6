/// Places of boxes in layers: what is needed stands above what needs it. Layers are those of the longest path; inside of a layer each box comes
/// near the middle of its neighbours (K. Sugiyama, S. Tagawa, M. Toda: "Methods for visual understanding of hierarchical system
/// structures", 1981). The same graph gives the same picture.
struct LayeredLayout {
  /// A box, or a bend of an edge that passes the layer.
  struct Item: Hashable {
    enum Kind: Hashable {
      case box(node: Int)
      case bend
    }

    let kind: Kind
    let layer: Int
    let width: Double
    /// The middle.
    var x = 0.0
  }

  /// Room between two neighbours in a layer.
  static let gap = 24.0
  private static let sweeps = 8

  private(set) var items: [Item] = []
  /// For each edge the items from the box that waits up to the one that it waits for.
  private(set) var paths: [[Int]] = []
  /// The width of all, from 0.
  private(set) var width = 0.0
  private var layers: [[Int]] = []

  /// - Parameters:
  ///   - levels: the layer of each node, from 0 above.
  ///   - widths: of the nodes' boxes.
  ///   - edges: pairs of nodes; the second has a smaller level.
  init(levels: [Int], widths: [Double], edges: [(from: Int, to: Int)]) {
    layers = Array(repeating: [], count: (levels.max() ?? -1) + 1)
    for node in levels.indices { add(Item(kind: .box(node: node), layer: levels[node], width: widths[node])) }
    for edge in edges {
      var path = [edge.from]
      for layer in stride(from: levels[edge.from] - 1, to: levels[edge.to], by: -1) {
        path.append(items.count)
        add(Item(kind: .bend, layer: layer, width: 2))
      }
      paths.append(path + [edge.to])
    }
    arrange()
  }

  /// How many layers there are.
  var layerCount: Int { layers.count }

  private mutating func add(_ item: Item) {
    layers[item.layer].append(items.count)
    items.append(item)
  }

  private mutating func arrange() {
    var above: [[Int]] = Array(repeating: [], count: items.count)
    var below = above
    for path in paths {
      for (lower, upper) in zip(path, path.dropFirst()) {
        above[lower].append(upper)
        below[upper].append(lower)
      }
    }
    for layer in layers.indices { pack(layer) }
    for sweep in 0..<Self.sweeps {
      let down = sweep % 2 == 0
      for layer in down ? Array(layers.indices.dropFirst()) : layers.indices.dropLast().reversed() {
        order(layer, by: down ? above : below)
        pack(layer)
      }
    }
    // At last everything moves to the middle of what it belongs to, as far as its neighbours let it.
    for layer in layers.indices.dropFirst() { settle(layer, by: above) }
    for layer in layers.indices.dropLast().reversed() { settle(layer, by: below) }
    let left = items.map { $0.x - $0.width / 2 }.min() ?? 0
    for index in items.indices { items[index].x -= left }
    width = items.map { $0.x + $0.width / 2 }.max() ?? 0
  }

  private func middle(of neighbours: [Int], otherwise own: Double) -> Double {
    neighbours.isEmpty ? own : neighbours.reduce(0) { $0 + items[$1].x } / Double(neighbours.count)
  }

  private mutating func order(_ layer: Int, by neighbours: [[Int]]) {
    let wanted = layers[layer].map { ($0, middle(of: neighbours[$0], otherwise: items[$0].x)) }
    layers[layer] = wanted.enumerated().sorted { ($0.element.1, $0.offset) < ($1.element.1, $1.offset) }.map(\.element.0)
  }

  /// Side by side, around the middle 0.
  private mutating func pack(_ layer: Int) {
    var x = -layers[layer].reduce(-Self.gap) { $0 + items[$1].width + Self.gap } / 2
    for item in layers[layer] {
      items[item].x = x + items[item].width / 2
      x += items[item].width + Self.gap
    }
  }

  private mutating func settle(_ layer: Int, by neighbours: [[Int]]) {
    let row = layers[layer]
    let wanted = row.map { middle(of: neighbours[$0], otherwise: items[$0].x) }
    func room(_ left: Int, _ right: Int) -> Double { (items[left].width + items[right].width) / 2 + Self.gap }
    // The mean of pushing all to the right and all to the left keeps the distances and stays near what is wanted.
    var right = wanted, left = wanted
    for place in row.indices.dropFirst() { right[place] = max(right[place], right[place - 1] + room(row[place - 1], row[place])) }
    for place in row.indices.dropLast().reversed() { left[place] = min(left[place], left[place + 1] - room(row[place], row[place + 1])) }
    for (place, item) in row.enumerated() { items[item].x = (right[place] + left[place]) / 2 }
  }
}
