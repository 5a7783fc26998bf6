internal import JSON

extension TemplateResolver {
  mutating func decideConditions() throws(SourceError) {
    for name in conditionSources.keys.sorted() { _ = try condition(named: name, JSONPointer(["Conditions", name])) }
  }

  mutating func condition(named name: String, _ place: JSONPointer) throws(SourceError) -> Bool {
    if let known = conditions[name] { return known }
    guard let source = conditionSources[name] else { throw document.error(at: place, "there is no condition '\(name)'") }
    guard !deciding.contains(name) else {
      throw document.error(at: place, "circular dependency: " + (deciding + [name]).joined(separator: " → "))
    }
    deciding.append(name)
    let decided = try isTrue(source, JSONPointer(["Conditions", name]))
    deciding.removeLast()
    conditions[name] = decided
    return decided
  }

  /// Decides one condition, or one of a rule.
  mutating func isTrue(_ source: JSON, _ place: JSONPointer) throws(SourceError) -> Bool {
    guard let (name, argument) = source.singleMember else { throw document.error(at: place, "is not a condition") }
    let place = place.appending(name)
    switch (name, argument) {
    case ("Condition", .string(let id)): return try condition(named: id, place)
    case ("Fn::And", .array(let parts)):
      for (index, part) in parts.enumerated() where try !isTrue(part, place.appending(String(index))) { return false }
      return true
    case ("Fn::Or", .array(let parts)):
      for (index, part) in parts.enumerated() where try isTrue(part, place.appending(String(index))) { return true }
      return false
    case ("Fn::Not", .array(let parts)) where parts.count == 1: return try !isTrue(parts[0], place.appending("0"))
    case ("Fn::Equals", .array(let parts)) where parts.count == 2:
      let left = try known(parts[0], place.appending("0")), right = try known(parts[1], place.appending("1"))
      return left?.asText == right?.asText
    case (_, .array(let parts)) where parts.count == 2 && FunctionRules.ruleConditions.contains(name):
      let left = try texts(parts[0], name, place.appending("0")), right = try texts(parts[1], name, place.appending("1"))
      switch name {
      case "Fn::Contains": return right.allSatisfy(left.contains)
      case "Fn::EachMemberEquals": return left.allSatisfy { right == [$0] }
      // Fn::EachMemberIn
      default: return left.allSatisfy(right.contains)
      }
    default: throw document.error(at: place, "is not a condition")
    }
  }

  /// A value that a decision needs.
  private mutating func known(_ source: JSON, _ place: JSONPointer) throws(SourceError) -> JSON? {
    let before = seesHidden
    seesHidden = true
    defer { seesHidden = before }
    let found = try value(source, place)
    if found?.hasFunction == true { throw document.error(at: place, "this is not known before anything exists, and conditions are decided then") }
    return found
  }

  private mutating func texts(_ source: JSON, _ name: String, _ place: JSONPointer) throws(SourceError) -> [String] {
    let value = try known(source, place) ?? .null
    if let text = value.scalarText { return [text] }
    let texts = value.array?.compactMap(\.scalarText)
    guard let texts, texts.count == value.array?.count else { throw document.error(at: place, "\(name) takes texts and lists of them, and this is \(value.kind)") }
    return texts
  }
}

extension JSON {
  /// For `Fn::Equals`: 1 and "1", true and "true" are the same.
  fileprivate var asText: JSON {
    if let scalarText { return .string(scalarText) }
    return array.map { .array($0.map(\.asText)) } ?? self
  }
}
