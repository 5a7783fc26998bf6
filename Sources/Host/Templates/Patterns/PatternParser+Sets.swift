/// The characters that one place of a pattern takes: escapes, properties and sets in brackets.
extension PatternParser {
  mutating func escaped(_ scalar: Unicode.Scalar) throws(UnknownPattern) -> ScalarSet {
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
      if ScalarSet.isMember(scalar, of: .word), scalar != "_" { throw UnknownPattern() }
      return .one(scalar)
    }
  }

  private mutating func code(digits: Int) throws(UnknownPattern) -> Unicode.Scalar {
    let end = place + digits
    guard end <= pattern.count else { throw UnknownPattern() }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: pattern[place..<end])
    guard let value = UInt32(String(text), radix: 16), let scalar = Unicode.Scalar(value) else { throw UnknownPattern() }
    place = end
    return scalar
  }

  private mutating func property(isNegated: Bool) throws(UnknownPattern) -> ScalarSet {
    guard take("{"), let end = pattern[place...].firstIndex(of: "}") else { throw UnknownPattern() }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: pattern[place..<end])
    place = end + 1
    let names: [String: ScalarSet.Class] = [
      "L": .letter, "Alpha": .letter, "IsAlphabetic": .letter, "N": .number, "Nd": .number, "Digit": .digit, "Lu": .upper, "Upper": .upper,
      "Ll": .lower, "Lower": .lower, "Alnum": .alphanumeric, "P": .punctuation, "Punct": .punctuation, "Z": .space, "Space": .space,
    ]
    guard let name = names[String(text)] else { throw UnknownPattern() }
    return .named(name, isNegated: isNegated)
  }

  mutating func set() throws(UnknownPattern) -> ScalarSet {
    var set = ScalarSet()
    set.isNegated = take("^")
    var isFirst = true
    while let scalar = next, scalar != "]" || isFirst {
      isFirst = false
      // A class in a class, and their meeting, are Java's own.
      if scalar == "[" || (scalar == "&" && place + 1 < pattern.count && pattern[place + 1] == "&") { throw UnknownPattern() }
      place += 1
      let item = scalar == "\\" ? try escapedInSet() : .one(scalar)
      guard let low = item.ranges.first?.lowerBound, item.classes.isEmpty, next == "-", place + 1 < pattern.count, pattern[place + 1] != "]" else {
        set.ranges += item.ranges
        set.classes += item.classes
        continue
      }
      place += 1
      guard let last = next else { throw UnknownPattern() }
      place += 1
      let end = last == "\\" ? try escapedInSet() : .one(last)
      guard let high = end.ranges.first?.upperBound, end.classes.isEmpty, high >= low else { throw UnknownPattern() }
      set.ranges.append(low...high)
    }
    guard take("]") else { throw UnknownPattern() }
    return folded(set)
  }

  private mutating func escapedInSet() throws(UnknownPattern) -> ScalarSet {
    guard let scalar = next else { throw UnknownPattern() }
    place += 1
    return scalar == "b" ? .one("\u{08}") : try escaped(scalar)
  }

  func folded(_ set: ScalarSet) -> ScalarSet {
    var set = set
    set.ignoresCase = ignoresCase
    return set
  }
}
