public import JSON

/// How an AWS query API writes nested parameters as flat form fields.
public enum QueryForm: Sendable, Hashable {
  /// EC2: an element of a list is `Name.1`.
  case ec2
  /// The other query APIs: `Name.member.1`, or with the element's name where the API's model gives one (`Tags.Tag.1`).
  case query(elements: [String: String])

  /// The flat fields: scalars become text, `$` expressions stay as they are, null members and empty lists vanish.
  public func fields(_ parameters: JSON) -> [String: JSON] {
    var fields: [String: JSON] = [:]
    write(parameters, at: "", named: "", into: &fields)
    return fields
  }

  private func write(_ value: JSON, at path: String, named name: String, into fields: inout [String: JSON]) {
    switch value {
    case .null: return
    case .object(let members):
      if value.isExpression {
        fields[path] = value
        return
      }
      for (key, member) in members { write(member, at: path.isEmpty ? key : "\(path).\(key)", named: key, into: &fields) }
    case .array(let elements):
      let stem: String
      switch self {
      case .ec2: stem = path
      case .query(let names): stem = "\(path).\(names[name] ?? "member")"
      }
      for (index, element) in elements.enumerated() { write(element, at: "\(stem).\(index + 1)", named: "", into: &fields) }
    default:
      fields[path] = value.scalarText.map { .string($0) }
    }
  }
}

extension JSON {
  /// Whether this is one of the contract's `$` expressions, which only the host can resolve.
  public var isExpression: Bool {
    guard let members = object, members.count == 1, let key = members.keys.first else { return false }
    return key.hasPrefix("$")
  }
}
