public import JSON

extension TypeSchema {
  /// The properties with scalars of the types that the schema has. The values of a template's parameters are texts, and templates write `"80"` for
  /// a number and `5` for a text; CloudFormation takes both, and APIs in JSON do not. What is no such scalar stays as it is.
  public func typed(_ properties: JSON) -> JSON { typed(properties, document, depth: 0) }

  private func typed(_ value: JSON, _ schema: JSON, depth: Int) -> JSON {
    // A definition may lead to itself; no template is as deep.
    guard depth < 128 else { return value }
    if let reference = schema["$ref"]?.string {
      guard reference.hasPrefix("#"), let target = JSONPointer(String(reference.dropFirst())).flatMap({ document[$0] }) else { return value }
      return typed(value, target, depth: depth + 1)
    }
    switch value {
    case .array(let elements):
      guard let items = schema["items"] else { return value }
      return .array(elements.map { typed($0, items, depth: depth + 1) })
    case .object(let members):
      let (known, others) = (schema["properties"], schema["additionalProperties"])
      return .object(
        Dictionary(
          uniqueKeysWithValues: members.map { name, member in
            guard let inner = known?[name] ?? others, inner.object != nil else { return (name, member) }
            return (name, typed(member, inner, depth: depth + 1))
          }))
    default:
      // Where several types are allowed the value has one of them as it is.
      guard let type = schema["type"]?.string else { return value }
      return value.converted(to: type)
    }
  }
}

extension JSON {
  /// A scalar as another type, when nothing is lost.
  fileprivate func converted(to type: String) -> JSON {
    switch (type, self) {
    case ("integer", .string(let text)): Int64(text).map { .int($0) } ?? self
    case ("number", .string(let text)): Int64(text).map { .int($0) } ?? Double(text).map { .double($0) } ?? self
    case ("boolean", .string("true")): true
    case ("boolean", .string("false")): false
    case ("string", .int), ("string", .double), ("string", .bool): scalarText.map { .string($0) } ?? self
    default: self
    }
  }
}
