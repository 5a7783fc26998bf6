/// One JSON value. Integers that fit 64 bits stay exact; every other number is a double.
///
/// Objects keep no order: the writer sorts keys, so equal values have equal text, and a digest over it is stable.
public enum JSON: Hashable, Sendable {
  case null
  case bool(Bool)
  case int(Int64)
  case double(Double)
  case string(String)
  case array([JSON])
  case object([String: JSON])
}

extension JSON {
  /// The text of a string value.
  public var string: String? { if case .string(let value) = self { value } else { nil } }

  /// The value of a boolean.
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

  /// The value of an integer, or of a double that is whole.
  public var int: Int64? {
    switch self {
    case .int(let value): value
    case .double(let value): Int64(exactly: value)
    default: nil
    }
  }

  /// The value of any number.
  public var double: Double? {
    switch self {
    case .int(let value): Double(value)
    case .double(let value): value
    default: nil
    }
  }

  /// The elements of an array.
  public var array: [JSON]? { if case .array(let value) = self { value } else { nil } }

  /// The members of an object.
  public var object: [String: JSON]? { if case .object(let value) = self { value } else { nil } }

  /// Whether this is the null value.
  public var isNull: Bool { self == .null }

  /// The member of that name: nil when this is no object or has no such member. Setting nil removes it;
  /// setting on a null makes it an object; setting on anything else but an object changes nothing.
  public subscript(_ key: String) -> JSON? {
    get { object?[key] }
    set {
      switch self {
      case .object(var members):
        self = .null  // Gives up the storage, so that the change below happens in place.
        members[key] = newValue
        self = .object(members)
      case .null:
        if let newValue { self = .object([key: newValue]) }
      default: break
      }
    }
  }

  /// The element at that place, nil when this is no array or is too short.
  public subscript(_ index: Int) -> JSON? {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  /// The name of the kind of value, as messages use it.
  public var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .int: "an integer"
    case .double: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }

  /// A scalar as text: strings as they are, numbers and booleans as JSON writes them; nil for the rest.
  public var scalarText: String? {
    switch self {
    case .string(let value): value
    case .bool, .int, .double: text
    case .null, .array, .object: nil
    }
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
  /// A string.
  public init(stringLiteral value: String) { self = .string(value) }
  /// An integer.
  public init(integerLiteral value: Int64) { self = .int(value) }
  /// A boolean.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// A number with a fraction.
  public init(floatLiteral value: Double) { self = .double(value) }
  /// An array.
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
  /// An object; of equal keys the last wins.
  public init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
  }
  /// `null`.
  public init(nilLiteral: ()) { self = .null }
}
