/// Where a value stands in a text: line and column from 1, columns counted in bytes.
public struct JSONPlace: Hashable, Sendable, CustomStringConvertible {
  /// From 1.
  public var line: Int
  /// In bytes, from 1.
  public var column: Int

  /// A place.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// `line:column`.
  public var description: String { "\(line):\(column)" }
}

/// Finds the place of a value in a JSON text from its pointer, for messages about what a value means. Parsed values
/// keep no place: this scans the text again, which only happens when there is something to complain about.
public struct JSONSourceMap: Sendable {
  private let bytes: [UInt8]

  /// A map of a text that `JSON.parse` has accepted. For any other text the places are approximate.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The place of the value at the pointer; of its key when `key` is true; of the nearest value that
  /// encloses it when the text has none there.
  public func place(of pointer: JSONPointer, key: Bool = false) -> JSONPlace {
    var scanner = JSONScanner(bytes: bytes)
    scanner.skipSpace()
    var start = scanner.position
    for (index, token) in pointer.tokens.enumerated() {
      guard let found = scanner.enter(token) else { break }
      let last = index == pointer.tokens.count - 1
      start = last && key ? found.key : found.value
    }
    return place(at: start)
  }

  /// The depth of the deepest array or object, 0 for a scalar.
  public var depth: Int {
    var depth = 0
    var deepest = 0
    var inString = false
    var escaped = false
    for byte in bytes {
      if inString {
        if escaped { escaped = false } else if byte == UInt8(ascii: "\\") { escaped = true } else if byte == UInt8(ascii: "\"") { inString = false }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): inString = true
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        deepest = max(deepest, depth)
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      default: break
      }
    }
    return deepest
  }

  private func place(at offset: Int) -> JSONPlace {
    var place = JSONPlace(line: 1, column: 1)
    for byte in bytes.prefix(offset) {
      if byte == UInt8(ascii: "\n") {
        place.line += 1
        place.column = 1
      } else {
        place.column += 1
      }
    }
    return place
  }
}

/// Walks over JSON text without making values.
private struct JSONScanner {
  let bytes: [UInt8]
  var position = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func skipSpace() {
    while let byte = current, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
  }

  /// Moves from the start of an array or object to the start of its member; nil when there is none.
  mutating func enter(_ token: String) -> (key: Int, value: Int)? {
    switch current {
    case UInt8(ascii: "{"):
      position += 1
      skipSpace()
      while current == UInt8(ascii: "\"") {
        let keyStart = position
        let key = readString()
        skipSpace()
        position += 1  // The colon.
        skipSpace()
        if key == token { return (keyStart, position) }
        skipValue()
        skipSeparator()
      }
    case UInt8(ascii: "["):
      guard let wanted = Int(token) else { return nil }
      position += 1
      skipSpace()
      var index = 0
      while let byte = current, byte != UInt8(ascii: "]") {
        if index == wanted { return (position, position) }
        skipValue()
        skipSeparator()
        index += 1
      }
    default: break
    }
    return nil
  }

  private mutating func skipSeparator() {
    skipSpace()
    if current == UInt8(ascii: ",") { position += 1 }
    skipSpace()
  }

  /// Reads a string; the rare ones with escapes are left to the parser.
  private mutating func readString() -> String {
    let start = position
    var escapes = false
    position += 1
    while let byte = current, byte != UInt8(ascii: "\"") {
      if byte == UInt8(ascii: "\\") {
        escapes = true
        position += 1
      }
      position += 1
    }
    position = min(position + 1, bytes.count)
    guard position - start >= 2 else { return "" }
    if escapes { return (try? JSON.parse(bytes[start..<position]))?.string ?? "" }
    return String(decoding: bytes[(start + 1)..<(position - 1)], as: UTF8.self)
  }

  private mutating func skipValue() {
    var depth = 0
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\""):
        _ = readString()
        if depth == 0 { return }
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth == 0 { return }
        depth -= 1
        if depth == 0 {
          position += 1
          return
        }
      case UInt8(ascii: ","):
        if depth == 0 { return }
      default: break
      }
      position += 1
    }
  }
}
