/// A place in a JSON value, written as RFC 6901 writes it (`/Endpoint/Port`). As an extension to the RFC, a
/// token that is `*` stands for every element of an array and every member of an object.
public struct JSONPointer: Hashable, Sendable, CustomStringConvertible {
  /// The unescaped tokens, outermost first.
  public var tokens: [String]

  /// A pointer of these tokens; none is the whole value.
  public init(_ tokens: [String] = []) { self.tokens = tokens }

  /// Reads the RFC 6901 form. Returns nil for a text that is neither empty nor starts with `/`.
  public init?(_ text: String) {
    if text.isEmpty {
      tokens = []
      return
    }
    guard text.utf8.first == UInt8(ascii: "/") else { return nil }
    tokens = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(Self.unescape)
  }

  /// The RFC 6901 form.
  public var description: String { tokens.map { "/" + Self.escape($0) }.joined() }

  /// This pointer and one more token.
  public func appending(_ token: String) -> JSONPointer { JSONPointer(tokens + [token]) }

  // "~1" is "/" and "~0" is "~"; one pass, so that "~01" becomes "~1" and no further.
  private static func unescape(_ token: Substring) -> String {
    guard token.utf8.contains(UInt8(ascii: "~")) else { return String(token) }
    var out = ""
    var iterator = token.makeIterator()
    while let character = iterator.next() {
      guard character == "~" else {
        out.append(character)
        continue
      }
      switch iterator.next() {
      case "0": out.append("~")
      case "1": out.append("/")
      case let other?: out.append("~"); out.append(other)
      case nil: out.append("~")
      }
    }
    return out
  }

  private static func escape(_ token: String) -> String {
    var out = ""
    for character in token {
      switch character {
      case "~": out += "~0"
      case "/": out += "~1"
      default: out.append(character)
      }
    }
    return out
  }
}

extension JSON {
  /// The value at a pointer without wildcards, nil when there is none.
  public subscript(_ pointer: JSONPointer) -> JSON? {
    var value = self
    for token in pointer.tokens {
      switch value {
      case .object(let members):
        guard let next = members[token] else { return nil }
        value = next
      case .array(let elements):
        guard let index = Int(token), elements.indices.contains(index) else { return nil }
        value = elements[index]
      default: return nil
      }
    }
    return value
  }

  /// Replaces each value that the pointer matches by what `transform` makes of it; wildcards allowed.
  public func replacing(at pointer: JSONPointer, _ transform: (JSON) -> JSON) -> JSON {
    replacing(at: pointer.tokens[...], transform)
  }

  private func replacing(at tokens: ArraySlice<String>, _ transform: (JSON) -> JSON) -> JSON {
    guard let token = tokens.first else { return transform(self) }
    let rest = tokens.dropFirst()
    switch self {
    case .object(var members):
      if token == "*" {
        return .object(members.mapValues { $0.replacing(at: rest, transform) })
      }
      if let member = members[token] { members[token] = member.replacing(at: rest, transform) }
      return .object(members)
    case .array(var elements):
      if token == "*" { return .array(elements.map { $0.replacing(at: rest, transform) }) }
      if let index = Int(token), elements.indices.contains(index) {
        elements[index] = elements[index].replacing(at: rest, transform)
      }
      return .array(elements)
    default: return self
    }
  }

  /// Only what the pointers match, in its place; wildcards allowed. Objects and arrays on the way stay, arrays
  /// keep the count of their elements only where a wildcard leads through them.
  public func selecting(_ pointers: [JSONPointer]) -> JSON {
    pointers.contains { $0.tokens.isEmpty } ? self : selecting(pointers.map { $0.tokens[...] })
  }

  private func selecting(_ pointers: [ArraySlice<String>]) -> JSON {
    if pointers.contains(where: \.isEmpty) { return self }
    func inner(_ key: String) -> [ArraySlice<String>] {
      pointers.filter { $0.first == key || $0.first == "*" }.map { $0.dropFirst() }
    }
    switch self {
    case .object(let members):
      var kept: [String: JSON] = [:]
      for (key, member) in members {
        let rest = inner(key)
        if !rest.isEmpty { kept[key] = member.selecting(rest) }
      }
      return .object(kept)
    case .array(let elements):
      return .array(
        elements.enumerated().compactMap { index, element in
          let rest = inner(String(index))
          return rest.isEmpty ? nil : element.selecting(rest)
        })
    default: return .null
    }
  }
}
