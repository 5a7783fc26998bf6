internal import Contract
internal import JSON

/// A value as far as it is known before a change set is executed. Scalars are texts: CloudFormation sends every property as text, so that a
/// number and its text are the same value.
indirect enum Preview: Hashable {
  case null
  case text(String)
  case list([Preview])
  case object([String: Preview])
  /// An expression that only the effect layer opens.
  case secret(JSON)
  /// A function whose result is known only when the change set is executed.
  case open(JSON)

  /// What stands for a value that is not known yet (CloudFormation user guide, "View a change set").
  static let knownAfterApply: JSON = "{{changeSet:KNOWN_AFTER_APPLY}}"
  static let mask: JSON = "****"

  /// The preview of an expression of a resolved template.
  /// - Parameter values: the resources whose values do not change.
  init(_ expression: JSON, with values: Values) {
    switch expression {
    case .null: self = .null
    case .string(let text): self = .text(text)
    case .bool, .int, .double: self = .text(expression.text)
    case .array(let elements): self = .list(elements.map { Preview($0, with: values) })
    case .object(let members):
      if let (name, argument) = expression.singleMember, name.hasPrefix("$") {
        self = Self.effectExpression(expression, name, argument)
      } else if expression.function != nil {
        self = Self.called(expression, with: values)
      } else {
        self = .object(members.mapValues { Preview($0, with: values) })
      }
    }
  }

  private static func called(_ expression: JSON, with values: Values) -> Preview {
    guard let value = try? expression.evaluated(with: values) else { return .open(expression) }
    // What is left of a call waits for something else than a resource, such as `Fn::ImportValue`.
    return value.function == nil ? Preview(value, with: values) : .open(expression)
  }

  private static func effectExpression(_ expression: JSON, _ name: String, _ argument: JSON) -> Preview {
    if name == "$base64", let text = argument.scalarText { return .text(Base64.encode(Array(text.utf8))) }
    return .secret(expression)
  }

  /// The value as people may see it.
  var shown: JSON {
    switch self {
    case .null: .null
    case .text(let text): .string(text)
    case .list(let elements): .array(elements.map(\.shown))
    case .object(let members): .object(members.mapValues(\.shown))
    case .secret: Self.mask
    case .open: Self.knownAfterApply
    }
  }
}
