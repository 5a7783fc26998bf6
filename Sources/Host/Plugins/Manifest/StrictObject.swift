internal import Contract
internal import JSON

/// A problem at a pointer, before the line is known.
struct Misfit: Error {
  var pointer: JSONPointer
  /// Whether the key is at fault rather than its value.
  var atKey = false
  var problem: ManifestProblem
}

/// An object that is read key by key: each read checks the kind, `allow` refuses what nobody reads.
struct StrictObject {
  let members: [String: JSON]
  let pointer: JSONPointer

  init(_ json: JSON, at pointer: JSONPointer) throws(Misfit) {
    guard let members = json.object else {
      let problem: ManifestProblem =
        pointer.tokens.last.map { .wrongKind(key: $0, expected: "an object", found: json.kind) }
        ?? .notAnObject(found: json.kind)
      throw Misfit(pointer: pointer, problem: problem)
    }
    self.members = members
    self.pointer = pointer
  }

  func allow(_ keys: [String]) throws(Misfit) {
    // Sorted, so that of two unknown keys always the same one is named.
    for key in members.keys.sorted() where !keys.contains(key) && !key.hasPrefix("x-") {
      throw Misfit(pointer: pointer.appending(key), atKey: true, problem: .unknownKey(key, near: EditDistance.nearest(key, keys)))
    }
  }

  func at(_ key: String) -> JSONPointer { pointer.appending(key) }
  func misfit(_ key: String, _ problem: ManifestProblem) -> Misfit { Misfit(pointer: at(key), problem: problem) }

  func optional<Value>(_ key: String, _ expected: String, _ read: (JSON) -> Value?) throws(Misfit) -> Value? {
    guard let member = members[key] else { return nil }
    guard let value = read(member) else {
      throw misfit(key, .wrongKind(key: key, expected: expected, found: member.kind))
    }
    return value
  }

  func required<Value>(_ key: String, _ expected: String, _ read: (JSON) -> Value?) throws(Misfit) -> Value {
    guard let value = try optional(key, expected, read) else {
      throw Misfit(pointer: pointer, problem: .missingKey(key))
    }
    return value
  }

  func string(_ key: String) throws(Misfit) -> String { try required(key, "a string", \.string) }
  func optionalString(_ key: String) throws(Misfit) -> String? { try optional(key, "a string", \.string) }
  func bool(_ key: String) throws(Misfit) -> Bool { try required(key, "a boolean", \.bool) }
  func optionalBool(_ key: String) throws(Misfit) -> Bool? { try optional(key, "a boolean", \.bool) }

  func optionalInt(_ key: String, in range: ClosedRange<Int64>) throws(Misfit) -> Int? {
    let value = try optional(key, "an integer") { json -> Int64? in if case .int(let value) = json { value } else { nil } }
    guard let value else { return nil }
    guard range.contains(value) else { throw misfit(key, .outOfRange(key: key, value: value, allowed: range)) }
    return Int(value)
  }

  func int(_ key: String, in range: ClosedRange<Int64>) throws(Misfit) -> Int {
    guard let value = try optionalInt(key, in: range) else {
      throw Misfit(pointer: pointer, problem: .missingKey(key))
    }
    return value
  }

  func array(_ key: String) throws(Misfit) -> [JSON] { try required(key, "an array", \.array) }
  func optionalArray(_ key: String) throws(Misfit) -> [JSON]? { try optional(key, "an array", \.array) }

  func object(_ key: String) throws(Misfit) -> StrictObject {
    guard let member = members[key] else { throw Misfit(pointer: pointer, problem: .missingKey(key)) }
    return try StrictObject(member, at: at(key))
  }

  func optionalObject(_ key: String) throws(Misfit) -> StrictObject? {
    guard let member = members[key] else { return nil }
    return try StrictObject(member, at: at(key))
  }

  /// The elements of an array of objects, each with its place.
  func objects(_ key: String) throws(Misfit) -> [StrictObject] {
    var objects: [StrictObject] = []
    for (index, element) in try array(key).enumerated() {
      guard element.object != nil else {
        throw Misfit(
          pointer: at(key).appending(String(index)),
          problem: .wrongKind(key: key, expected: "an array of objects", found: "an array with \(element.kind)"))
      }
      objects.append(try StrictObject(element, at: at(key).appending(String(index))))
    }
    return objects
  }

  /// The members of an object of objects, sorted by key.
  func namedObjects(_ key: String) throws(Misfit) -> [(name: String, object: StrictObject)] {
    let outer = try object(key)
    var named: [(String, StrictObject)] = []
    for name in outer.members.keys.sorted() where !name.hasPrefix("x-") {
      named.append((name, try outer.object(name)))
    }
    return named
  }

  /// An array of strings; empty when the key is absent.
  func strings(_ key: String) throws(Misfit) -> [String] {
    var strings: [String] = []
    for (index, element) in (try optionalArray(key) ?? []).enumerated() {
      guard let string = element.string else {
        throw Misfit(
          pointer: at(key).appending(String(index)),
          problem: .wrongKind(key: key, expected: "an array of strings", found: "an array with \(element.kind)"))
      }
      strings.append(string)
    }
    return strings
  }

  /// A string that is the raw value of one of the cases.
  func word<Value: RawRepresentable & CaseIterable>(_ key: String, _ type: Value.Type) throws(Misfit) -> Value?
  where Value.RawValue == String {
    guard let text = try optionalString(key) else { return nil }
    guard let value = Value(rawValue: text) else {
      throw misfit(key, .notOneOf(key: key, value: text, allowed: Value.allCases.map(\.rawValue)))
    }
    return value
  }

  /// A string with a form that `check` accepts.
  func string(_ key: String, _ expected: String, _ check: (String) -> Bool) throws(Misfit) -> String {
    let text = try string(key)
    guard check(text) else { throw misfit(key, .malformed(key: key, value: text, expected: expected)) }
    return text
  }
}
