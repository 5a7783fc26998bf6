/// A look at a text before a parser recurses into it.
enum NestingScan {
  /// The place where a text may be nested deeper than the limit. It counts brackets, sequences that start on one line (`- - -`) and
  /// indentation, without heed to quotes: a bound from above, far from what people write.
  static func tooDeep(_ text: String, limit: Int) -> (line: Int, column: Int)? {
    var line = 1, column = 0, brackets = 0, dashes = 0
    var startsLine = true
    for byte in text.utf8 {
      column += 1
      switch byte {
      case UInt8(ascii: "\n"):
        line += 1
        column = 0
        dashes = 0
        startsLine = true
      case UInt8(ascii: " "): break
      case UInt8(ascii: "-") where startsLine, UInt8(ascii: "?") where startsLine: dashes += 1
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        brackets += 1
        startsLine = false
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        brackets = max(0, brackets - 1)
        startsLine = false
      default:
        // Each level of a block is one column further at least.
        if startsLine, column > 4 * limit { return (line, column) }
        startsLine = false
      }
      if brackets + dashes > limit { return (line, column) }
    }
    return nil
  }
}
