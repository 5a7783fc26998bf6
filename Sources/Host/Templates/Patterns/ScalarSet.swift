/// What one character of a text may be in a pattern.
struct ScalarSet: Sendable {
  /// A class that a pattern names, such as `\d` or `\p{L}`.
  enum Class: Sendable {
    case digit, word, space, letter, number, upper, lower, alphanumeric, punctuation, any
  }

  var ranges: [ClosedRange<UInt32>] = []
  var classes: [(class: Class, isNegated: Bool)] = []
  var isNegated = false
  var ignoresCase = false

  static func one(_ scalar: Unicode.Scalar) -> ScalarSet { ScalarSet(ranges: [scalar.value...scalar.value]) }
  static func named(_ name: Class, isNegated: Bool = false) -> ScalarSet { ScalarSet(classes: [(name, isNegated)]) }
  /// `.`
  static let dot = ScalarSet(ranges: [10...10, 13...13], isNegated: true)

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    var found = holds(scalar)
    if ignoresCase, !found {
      found = scalar.properties.lowercaseMapping.unicodeScalars.first.map(holds) == true
        || scalar.properties.uppercaseMapping.unicodeScalars.first.map(holds) == true
    }
    return found != isNegated
  }

  private func holds(_ scalar: Unicode.Scalar) -> Bool {
    ranges.contains { $0.contains(scalar.value) } || classes.contains { Self.isMember(scalar, of: $0.class) != $0.isNegated }
  }

  static func isMember(_ scalar: Unicode.Scalar, of name: Class) -> Bool {
    let value = scalar.value
    switch name {
    case .any: return true
    // As in Java, these three are about ASCII.
    case .digit: return (48...57).contains(value)
    case .word: return (48...57).contains(value) || (65...90).contains(value) || (97...122).contains(value) || value == 95
    case .space: return value == 32 || (9...13).contains(value)
    case .letter: return scalar.properties.isAlphabetic
    case .number: return scalar.properties.numericType != nil
    case .upper: return scalar.properties.isUppercase
    case .lower: return scalar.properties.isLowercase
    case .alphanumeric: return scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    case .punctuation:
      switch scalar.properties.generalCategory {
      case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation, .otherPunctuation: return true
      default: return false
      }
    }
  }
}
