internal import Contract
internal import JSON

/// An object of a user's file: checks of keys and types that say where.
struct SourceObject {
  let document: SourceDocument
  let pointer: JSONPointer
  let members: [String: JSON]

  /// The object at a place.
  init(_ document: SourceDocument, at pointer: JSONPointer, what: String) throws(SourceError) {
    let value = document.value[pointer] ?? .null
    guard let members = value.object else {
      throw document.error(at: pointer, "\(what) must be a mapping, and is \(value.kind)")
    }
    self.document = document
    self.pointer = pointer
    self.members = members
  }

  /// Refuses every key that is not one of these.
  func allow(_ keys: [String]) throws(SourceError) {
    for key in members.keys.sorted() where !keys.contains(key) {
      let hint = EditDistance.nearest(key, keys).map { "; did you mean '\($0)'?" } ?? "; known keys: \(keys.joined(separator: ", "))"
      throw document.error(at: pointer.appending(key), "unknown key '\(key)'\(hint)")
    }
  }

  func has(_ key: String) -> Bool { !(members[key] ?? .null).isNull }

  func error(at key: String, _ problem: String) -> SourceError { document.error(at: pointer.appending(key), problem) }

  func requiredText(_ key: String, example: String) throws(SourceError) -> String {
    guard let text = try text(key) else {
      if let near = EditDistance.nearest(key, members.keys) { throw error(at: near, "unknown key '\(near)'; did you mean '\(key)'?") }
      throw document.error(at: pointer, "'\(key)' is missing: add `\(key): \(example)`")
    }
    return text
  }

  func text(_ key: String) throws(SourceError) -> String? {
    guard let value = members[key], !value.isNull else { return nil }
    guard let text = value.string else { throw error(at: key, "'\(key)' must be a text, and is \(value.kind)") }
    return text
  }

  func object(_ key: String) throws(SourceError) -> SourceObject? {
    guard has(key) else { return nil }
    return try SourceObject(document, at: pointer.appending(key), what: "'\(key)'")
  }

  func list(_ key: String) throws(SourceError) -> [JSON] {
    guard let value = members[key], !value.isNull else { return [] }
    guard let list = value.array else { throw error(at: key, "'\(key)' must be a list, and is \(value.kind)") }
    return list
  }
}
