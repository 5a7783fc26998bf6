public import JSON

extension JSON {
  /// The elements of a list of an AWS answer, whatever XML made of it: an array, null for an empty one, or (where the API's
  /// elements have a name of their own, as RDS's have) an object with one or several elements under that name.
  public func items(_ element: String? = nil) -> [JSON] {
    switch self {
    case .array(let elements): return elements
    case .object(let members):
      guard let element else { return [self] }
      guard let inner = members[element] else { return members.isEmpty ? [] : [self] }
      return inner.array ?? (inner.isNull ? [] : [inner])
    default: return []
    }
  }

  /// The members that are not null.
  public func withoutNulls() -> JSON {
    guard let object else { return self }
    return .object(object.filter { !$0.value.isNull })
  }

  /// A document, such as a policy, as the APIs want it: text. Templates have it as a mapping, whose expressions the host evaluates first.
  public var asDocument: JSON {
    switch self {
    case .object where !isExpression, .array: hasExpression ? ["$json": self] : .string(text)
    default: self
    }
  }

  private var hasExpression: Bool {
    switch self {
    case .array(let elements): elements.contains(where: \.hasExpression)
    case .object(let members): isExpression || members.values.contains(where: \.hasExpression)
    default: false
    }
  }

  /// The same with the first letter of every member's name in lower case: CloudFormation writes `ContainerPort` where the API
  /// has `containerPort`. Maps whose keys are the user's stay as they are.
  public func lowerCamel(keeping maps: Set<String> = []) -> JSON {
    switch self {
    case .array(let elements): return .array(elements.map { $0.lowerCamel(keeping: maps) })
    case .object(let members) where !isExpression:
      var lowered: [String: JSON] = [:]
      for (key, value) in members {
        let name = key.prefix(1).lowercased() + key.dropFirst()
        lowered[name] = maps.contains(key) ? value : value.lowerCamel(keeping: maps)
      }
      return .object(lowered)
    default: return self
    }
  }
}

extension Optional where Wrapped == JSON {
  /// The elements of a list of an AWS answer; none when it is missing.
  public func items(_ element: String? = nil) -> [JSON] { self?.items(element) ?? [] }
}
