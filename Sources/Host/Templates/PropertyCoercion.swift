public import Contract
public import JSON

extension TypeSchema {
  /// The properties with each scalar in the form that the type asks for: parameters are texts, and an API wants its numbers as numbers. CloudFormation does the same.
  /// What has no such form stays as it is, and so do expressions over secrets.
  public func coerced(_ properties: JSON) -> JSON { coerced(properties, document, 0) }

  private func coerced(_ value: JSON, _ schema: JSON, _ depth: Int) -> JSON {
    // A schema may refer to itself; values end, but a reference that leads to itself does not.
    guard depth < 100 else { return value }
    if let reference = schema["$ref"]?.string {
      guard reference.hasPrefix("#"), let pointer = JSONPointer(String(reference.dropFirst())), let target = document[pointer] else { return value }
      return coerced(value, target, depth + 1)
    }
    switch value {
    case .object(let members):
      if members.count == 1, members.keys.first?.hasPrefix("$") == true { return value }
      let properties = schema["properties"]?.object ?? [:]
      var out = members
      for (name, member) in members { if let property = properties[name] { out[name] = coerced(member, property, depth + 1) } }
      return .object(out)
    case .array(let elements):
      guard let items = schema["items"], items.object != nil else { return value }
      return .array(elements.map { coerced($0, items, depth + 1) })
    case .string(let text): return Self.scalar(text, schema["type"]?.string) ?? value
    case .int, .double, .bool: return schema["type"] == "string" ? .string(value.scalarText ?? value.text) : value
    case .null: return value
    }
  }

  private static func scalar(_ text: String, _ type: String?) -> JSON? {
    switch type {
    case "integer": Int64(text).map { .int($0) }
    case "number": Int64(text).map { .int($0) } ?? Double(text).map { .double($0) }
    case "boolean": ["true": true, "false": false][text.lowercased()].map { .bool($0) }
    default: nil
    }
  }
}
