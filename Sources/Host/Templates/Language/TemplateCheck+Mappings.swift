internal import JSON

extension TemplateCheck {
  /// "Mappings" of the template reference: two levels of keys, then a text or a list of texts.
  mutating func checkMappings(_ value: JSON, _ pointer: JSONPointer) {
    guard let mappings = object(value, at: pointer) else { return }
    checkNames(mappings.filter { !$0.key.hasPrefix("Fn::Transform") }, pointer, what: "mapping", most: 200)
    for (name, mapping) in mappings where !name.hasPrefix("Fn::") {
      let place = pointer.appending(name)
      guard let first = object(mapping, at: place, what: "mapping '\(name)'") else { continue }
      if first.count > 200 { warning(place, "mapping '\(name)' has \(first.count) keys, and CloudFormation takes 200") }
      for (key, entry) in first where !key.hasPrefix("Fn::Transform") {
        let place = place.appending(key)
        guard let second = object(entry, at: place, what: "'\(key)' of mapping '\(name)'") else { continue }
        if second.keys.contains("Fn::Transform") { continue }
        for (key, value) in second { checkMapped(value, key, place.appending(key)) }
      }
    }
  }

  private mutating func checkMapped(_ value: JSON, _ key: String, _ place: JSONPointer) {
    if key.isEmpty || !key.utf8.allSatisfy({ $0.isLetterOrDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }) {
      error(place, "'\(key)' cannot be a key of a mapping: only letters, digits, - and .")
    }
    if value.object != nil { error(place, "a mapping's value must be a text or a list, and is \(value.kind)") }
  }
}
