/// Reads a regular expression into the program of a `TextPattern`.
struct PatternParser {
  private indirect enum Node {
    case one(ScalarSet)
    case sequence([Node])
    case choice([Node])
    case repeated(Node, least: Int, most: Int?)
    case anchor(TextPattern.Anchor)
    case lookAhead(Node, isNegated: Bool)
  }

  /// The pattern uses something that is not known.
  private struct Unknown: Error {}

  private static let deepest = 200
  private static let highestCount = 1000

  private let pattern: [Unicode.Scalar]
  private var place = 0
  private var depth = 0
  private var ignoresCase = false
  private var program: [TextPattern.Instruction] = []

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
      try parser.emit(node)
      try parser.emit(.match)
      return parser.program
    } catch {
      return nil
    }
  }

  // MARK: Reading

  private var next: Unicode.Scalar? { place < pattern.count ? pattern[place] : nil }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    place += 1
    return true
  }

  private mutating func alternatives() throws(Unknown) -> Node {
    depth += 1
    defer { depth -= 1 }
    guard depth < Self.deepest else { throw Unknown() }
    var choices = [try sequence()]
    while take("|") { choices.append(try sequence()) }
    return choices.count == 1 ? choices[0] : .choice(choices)
  }

  private mutating func sequence() throws(Unknown) -> Node {
    var nodes: [Node] = []
    while let scalar = next, scalar != "|", scalar != ")" { nodes.append(try counted(try atom())) }
    return nodes.count == 1 ? nodes[0] : .sequence(nodes)
  }

  private mutating func counted(_ atom: Node) throws(Unknown) -> Node {
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
      if take("+") { throw Unknown() }
      _ = take("?")
    }
    return node
  }

  /// `{2}`, `{2,}`, `{2,5}`; nil for a brace that is only a character.
  private mutating func count() throws(Unknown) -> (least: Int, most: Int?)? {
    guard let end = pattern[place...].firstIndex(of: "}") else { throw Unknown() }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: pattern[(place + 1)..<end])
    let parts = String(text).split(separator: ",", omittingEmptySubsequences: false)
    guard let least = Int(parts[0]), least >= 0, parts.count <= 2 else { throw Unknown() }
    place = end + 1
    guard parts.count == 2 else { return (least, least) }
    if parts[1].isEmpty { return (least, nil) }
    guard let most = Int(parts[1]), most >= least else { throw Unknown() }
    return (least, most)
  }

  private mutating func atom() throws(Unknown) -> Node {
    guard let scalar = next else { throw Unknown() }
    place += 1
    switch scalar {
    case "(": return try group()
    case "[": return .one(try set())
    case ".": return .one(.dot)
    case "^": return .anchor(.start)
    case "$": return .anchor(.end)
    case "\\": return try escape()
    case "*", "+", "?": throw Unknown()
    default: return .one(folded(.one(scalar)))
    }
  }

  private mutating func group() throws(Unknown) -> Node {
    var look: Bool?
    if take("?") {
      switch next {
      case ":"?: place += 1
      case "="?, "!"?:
        look = next == "!"
        place += 1
      case "<"?, "P"?:
        _ = take("P")
        guard take("<"), next != "=", next != "!", let end = pattern[place...].firstIndex(of: ">") else { throw Unknown() }
        place = end + 1
      default: throw Unknown()
      }
    }
    let node = try alternatives()
    guard take(")") else { throw Unknown() }
    return look.map { .lookAhead(node, isNegated: $0) } ?? node
  }

  private mutating func escape() throws(Unknown) -> Node {
    guard let scalar = next else { throw Unknown() }
    place += 1
    switch scalar {
    case "b": return .anchor(.wordBoundary)
    case "B": return .anchor(.noWordBoundary)
    case "A": return .anchor(.start)
    case "z", "Z": return .anchor(.end)
    default: return .one(folded(try escaped(scalar)))
    }
  }

  private mutating func escaped(_ scalar: Unicode.Scalar) throws(Unknown) -> ScalarSet {
    switch scalar {
    case "d": return .named(.digit)
    case "D": return .named(.digit, isNegated: true)
    case "w": return .named(.word)
    case "W": return .named(.word, isNegated: true)
    case "s": return .named(.space)
    case "S": return .named(.space, isNegated: true)
    case "t": return .one("\t")
    case "n": return .one("\n")
    case "r": return .one("\r")
    case "f": return .one("\u{0c}")
    case "0": return .one("\0")
    case "x": return .one(try code(digits: 2))
    case "u": return .one(try code(digits: 4))
    case "p", "P": return try property(isNegated: scalar == "P")
    // A letter or digit may mean anything; a sign means itself.
    default:
      if ScalarSet.isMember(scalar, of: .word), scalar != "_" { throw Unknown() }
      return .one(scalar)
    }
  }

  private mutating func code(digits: Int) throws(Unknown) -> Unicode.Scalar {
    let end = place + digits
    guard end <= pattern.count else { throw Unknown() }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: pattern[place..<end])
    guard let value = UInt32(String(text), radix: 16), let scalar = Unicode.Scalar(value) else { throw Unknown() }
    place = end
    return scalar
  }

  private mutating func property(isNegated: Bool) throws(Unknown) -> ScalarSet {
    guard take("{"), let end = pattern[place...].firstIndex(of: "}") else { throw Unknown() }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: pattern[place..<end])
    place = end + 1
    let names: [String: ScalarSet.Class] = [
      "L": .letter, "Alpha": .letter, "IsAlphabetic": .letter, "N": .number, "Nd": .number, "Digit": .digit, "Lu": .upper, "Upper": .upper,
      "Ll": .lower, "Lower": .lower, "Alnum": .alphanumeric, "P": .punctuation, "Punct": .punctuation, "Z": .space, "Space": .space,
    ]
    guard let name = names[String(text)] else { throw Unknown() }
    return .named(name, isNegated: isNegated)
  }

  private mutating func set() throws(Unknown) -> ScalarSet {
    var set = ScalarSet()
    set.isNegated = take("^")
    var isFirst = true
    while let scalar = next, scalar != "]" || isFirst {
      isFirst = false
      // A class in a class, and their meeting, are Java's own.
      if scalar == "[" || (scalar == "&" && place + 1 < pattern.count && pattern[place + 1] == "&") { throw Unknown() }
      place += 1
      let item = scalar == "\\" ? try escapedInSet() : .one(scalar)
      guard let low = item.ranges.first?.lowerBound, item.classes.isEmpty, next == "-", place + 1 < pattern.count, pattern[place + 1] != "]" else {
        set.ranges += item.ranges
        set.classes += item.classes
        continue
      }
      place += 1
      guard let last = next else { throw Unknown() }
      place += 1
      let end = last == "\\" ? try escapedInSet() : .one(last)
      guard let high = end.ranges.first?.upperBound, end.classes.isEmpty, high >= low else { throw Unknown() }
      set.ranges.append(low...high)
    }
    guard take("]") else { throw Unknown() }
    return folded(set)
  }

  private mutating func escapedInSet() throws(Unknown) -> ScalarSet {
    guard let scalar = next else { throw Unknown() }
    place += 1
    return scalar == "b" ? .one("\u{08}") : try escaped(scalar)
  }

  private func folded(_ set: ScalarSet) -> ScalarSet {
    var set = set
    set.ignoresCase = ignoresCase
    return set
  }

  // MARK: Writing

  private mutating func emit(_ instruction: TextPattern.Instruction) throws(Unknown) {
    guard program.count < TextPattern.mostInstructions else { throw Unknown() }
    program.append(instruction)
  }

  private mutating func emit(_ node: Node) throws(Unknown) {
    switch node {
    case .one(let set): try emit(TextPattern.Instruction.one(set))
    case .anchor(let anchor): try emit(TextPattern.Instruction.anchor(anchor))
    case .sequence(let nodes): for node in nodes { try emit(node) }
    case .choice(let choices):
      var ends: [Int] = []
      for choice in choices.dropLast() {
        let fork = program.count
        try emit(.jump(0))
        try emit(choice)
        ends.append(program.count)
        try emit(.jump(0))
        program[fork] = .either(fork + 1, program.count)
      }
      if let last = choices.last { try emit(last) }
      for end in ends { program[end] = .jump(program.count) }
    case .repeated(let node, let least, let most):
      for _ in 0..<least {
        let before = program.count
        try emit(node)
        // Nothing, so often one likes.
        if program.count == before { break }
      }
      if let most {
        var forks: [Int] = []
        for _ in least..<most {
          forks.append(program.count)
          try emit(.jump(0))
          try emit(node)
        }
        for fork in forks { program[fork] = .either(fork + 1, program.count) }
      } else {
        let fork = program.count
        try emit(.jump(0))
        try emit(node)
        try emit(.jump(fork))
        program[fork] = .either(fork + 1, program.count)
      }
    case .lookAhead(let node, let isNegated):
      let start = program.count
      try emit(.jump(0))
      try emit(node)
      try emit(.match)
      program[start] = .lookAhead(isNegated: isNegated, then: program.count)
    }
  }
}
