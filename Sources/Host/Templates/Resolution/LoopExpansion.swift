internal import JSON

/// Unrolls `Fn::ForEach` ("AWS::LanguageExtensions transform", "Fn::ForEach").
struct LoopExpansion {
  /// A template that makes more members than this is refused: loops inside of loops multiply.
  static let mostMembers = 100_000

  let document: SourceDocument
  let collection: (JSON, JSONPointer) throws(SourceError) -> [String]
  private var made = 0

  init(_ document: SourceDocument, collection: @escaping (JSON, JSONPointer) throws(SourceError) -> [String]) {
    self.document = document
    self.collection = collection
  }

  /// The members of a section of the template with every loop unrolled.
  mutating func unrolled(_ section: String) throws(SourceError) -> [String: JSON] {
    try unrolled(document.value[section] ?? [:], at: JSONPointer([section])).object ?? [:]
  }

  /// The value with every loop in it unrolled.
  private mutating func unrolled(_ value: JSON, at place: JSONPointer) throws(SourceError) -> JSON {
    switch value {
    case .array(let elements):
      var out: [JSON] = []
      for (index, element) in elements.enumerated() { out.append(try unrolled(element, at: place.appending(String(index)))) }
      return .array(out)
    case .object(let members):
      var out: [String: JSON] = [:]
      for (key, member) in members.sorted(by: { $0.key < $1.key }) {
        let place = place.appending(key)
        if key.hasPrefix("Fn::ForEach::") {
          for (name, value) in try loop(member, place) {
            guard out.updateValue(value, forKey: name) == nil else { throw document.error(at: place, "the loop makes '\(name)' twice") }
          }
        } else {
          out[key] = try unrolled(member, at: place)
        }
      }
      return .object(out)
    default: return value
    }
  }

  private mutating func loop(_ loop: JSON, _ place: JSONPointer) throws(SourceError) -> [String: JSON] {
    guard let parts = loop.array, parts.count == 3, let identifier = parts[0].string, let body = parts[2].object else {
      throw document.error(at: place, "Fn::ForEach takes [identifier, collection, body]")
    }
    var out: [String: JSON] = [:]
    for item in try collection(parts[1], place.appending("1")) {
      for (key, value) in body {
        made += 1
        guard made <= Self.mostMembers else { throw document.error(at: place, "the loops make more than \(Self.mostMembers) members") }
        let entry = JSON.object([Self.replace(identifier, by: item, in: key): value.replacingLoop(identifier, by: item)])
        for (name, value) in try unrolled(entry, at: place.appending("2")).object ?? [:] {
          guard out.updateValue(value, forKey: name) == nil else { throw document.error(at: place, "the loop makes '\(name)' twice") }
        }
      }
    }
    return out
  }

  /// `&{Identifier}` is the item without what no logical id may have.
  static func replace(_ identifier: String, by item: String, in text: String) -> String {
    guard text.contains("{\(identifier)}") else { return text }
    let letters = String(decoding: item.utf8.filter(\.isLetterOrDigit), as: UTF8.self)
    return text.replacing("${\(identifier)}", with: item).replacing("&{\(identifier)}", with: letters)
  }
}

extension JSON {
  fileprivate func replacingLoop(_ identifier: String, by item: String) -> JSON {
    if let (name, argument) = function, name == "Ref", argument.string == identifier { return .string(item) }
    switch self {
    case .string(let text): return .string(LoopExpansion.replace(identifier, by: item, in: text))
    case .array(let elements): return .array(elements.map { $0.replacingLoop(identifier, by: item) })
    case .object(let members):
      return .object(
        Dictionary(members.map { (LoopExpansion.replace(identifier, by: item, in: $0.key), $0.value.replacingLoop(identifier, by: item)) }) {
          first, _ in first
        })
    default: return self
    }
  }
}
