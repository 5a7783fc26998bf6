/// Reads a regular expression into the program of a `TextPattern`.
struct PatternParser {
  private static let deepest = 200
  private static let highestCount = 1000

  let pattern: [Unicode.Scalar]
  var place = 0
  private var depth = 0
  var ignoresCase = false

  private init(_ pattern: String) { self.pattern = Array(pattern.unicodeScalars) }

  static func program(_ pattern: String) -> [TextPattern.Instruction]? {
    var parser = PatternParser(pattern)
    do {
      if parser.pattern.starts(with: "(?i)".unicodeScalars) {
        parser.ignoresCase = true
        parser.place = 4
      }
      let node = try parser.alternatives()
      guard parser.place == parser.pattern.count else { return nil }
      return try PatternProgram(matching: node).instructions
    } catch {
      return nil
    }
  }

  var next: Unicode.Scalar? { place < pattern.count ? pattern[place] : nil }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    place += 1
    return true
  }

  private mutating func alternatives() throws(UnknownPattern) -> PatternNode {
    depth += 1
    defer { depth -= 1 }
    guard depth < Self.deepest else { throw UnknownPattern() }
    var choices = [try sequence()]
    while take("|") { choices.append(try sequence()) }
    return choices.count == 1 ? choices[0] : .choice(choices)
  }

  private mutating func sequence() throws(UnknownPattern) -> PatternNode {
    var nodes: [PatternNode] = []
    while let scalar = next, scalar != "|", scalar != ")" { nodes.append(try counted(try atom())) }
    return nodes.count == 1 ? nodes[0] : .sequence(nodes)
  }

  private mutating func counted(_ atom: PatternNode) throws(UnknownPattern) -> PatternNode {
    var node = atom
    while let scalar = next {
      switch scalar {
      case "*": node = .repeated(node, least: 0, most: nil)
      case "+": node = .repeated(node, least: 1, most: nil)
      case "?": node = .repeated(node, least: 0, most: 1)
      case "{":
        guard let count = try count() else { return node }
        node = .repeated(node, least: min(count.least, Self.highestCount), most: count.most.flatMap { $0 > Self.highestCount ? nil : $0 })
        place -= 1
      default: return node
      }
      place += 1
      // Lazy: it says which match is found, not whether there is one. Possessive does.
      if take("+") { throw UnknownPattern() }
      _ = take("?")
    }
    return node
  }

  /// `{2}`, `{2,}`, `{2,5}`; nil for a brace that is only a character.
  private mutating func count() throws(UnknownPattern) -> (least: Int, most: Int?)? {
    guard let end = pattern[place...].firstIndex(of: "}") else { throw UnknownPattern() }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: pattern[(place + 1)..<end])
    let parts = String(text).split(separator: ",", omittingEmptySubsequences: false)
    guard let least = Int(parts[0]), least >= 0, parts.count <= 2 else { throw UnknownPattern() }
    place = end + 1
    guard parts.count == 2 else { return (least, least) }
    if parts[1].isEmpty { return (least, nil) }
    guard let most = Int(parts[1]), most >= least else { throw UnknownPattern() }
    return (least, most)
  }

  private mutating func atom() throws(UnknownPattern) -> PatternNode {
    guard let scalar = next else { throw UnknownPattern() }
    place += 1
    switch scalar {
    case "(": return try group()
    case "[": return .one(try set())
    case ".": return .one(.dot)
    case "^": return .anchor(.start)
    case "$": return .anchor(.end)
    case "\\": return try escape()
    case "*", "+", "?": throw UnknownPattern()
    default: return .one(folded(.one(scalar)))
    }
  }

  private mutating func group() throws(UnknownPattern) -> PatternNode {
    var look: Bool?
    if take("?") {
      switch next {
      case ":"?: place += 1
      case "="?, "!"?:
        look = next == "!"
        place += 1
      case "<"?, "P"?:
        _ = take("P")
        guard take("<"), next != "=", next != "!", let end = pattern[place...].firstIndex(of: ">") else { throw UnknownPattern() }
        place = end + 1
      default: throw UnknownPattern()
      }
    }
    let node = try alternatives()
    guard take(")") else { throw UnknownPattern() }
    return look.map { .lookAhead(node, isNegated: $0) } ?? node
  }

  private mutating func escape() throws(UnknownPattern) -> PatternNode {
    guard let scalar = next else { throw UnknownPattern() }
    place += 1
    switch scalar {
    case "b": return .anchor(.wordBoundary)
    case "B": return .anchor(.noWordBoundary)
    case "A": return .anchor(.start)
    case "z", "Z": return .anchor(.end)
    default: return .one(folded(try escaped(scalar)))
    }
  }
}
