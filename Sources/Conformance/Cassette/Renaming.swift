internal import JSON

/// Texts that stand for others, in both directions: a cassette is recorded under one name and replayed under another.
struct Renaming: Sendable {
  private(set) var pairs: [(canonical: String, live: String)] = []

  /// Adds a pair; the first of a canonical text wins.
  mutating func add(canonical: String, live: String) {
    guard canonical != live, !pairs.contains(where: { $0.canonical == canonical || $0.live == live }) else { return }
    pairs.append((canonical, live))
    // The longest first: an id may be a part of an address.
    pairs.sort { $0.canonical.utf8.count > $1.canonical.utf8.count }
  }

  /// The value as the live cloud has it.
  func live(_ json: JSON) -> JSON { pairs.isEmpty ? json : json.mappingTexts { text in replace(text, pairs.map { ($0.canonical, $0.live) }) } }

  /// The value as the cassette has it.
  func canonical(_ json: JSON) -> JSON {
    pairs.isEmpty ? json : json.mappingTexts { text in replace(text, pairs.map { ($0.live, $0.canonical) }) }
  }

  // One pass over the text, so that what was put in is not replaced again.
  private func replace(_ text: String, _ pairs: [(String, String)]) -> String {
    guard pairs.contains(where: { text.contains($0.0) }) else { return text }
    var out = ""
    var rest = text[...]
    while !rest.isEmpty {
      if let pair = pairs.first(where: { rest.hasPrefix($0.0) }) {
        out += pair.1
        rest = rest.dropFirst(pair.0.count)
      } else {
        out.append(rest.removeFirst())
      }
    }
    return out
  }
}

extension JSON {
  /// The value with each text of it, keys included, replaced.
  func mappingTexts(_ transform: (String) -> String) -> JSON {
    switch self {
    case .string(let text): .string(transform(text))
    case .array(let elements): .array(elements.map { $0.mappingTexts(transform) })
    case .object(let members):
      .object(Dictionary(members.map { (transform($0), $1.mappingTexts(transform)) }, uniquingKeysWith: { first, _ in first }))
    default: self
    }
  }
}
