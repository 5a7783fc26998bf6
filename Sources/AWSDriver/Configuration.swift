public import JSON
internal import PluginKit

/// A mapping of the user's file: only known keys, read with the type that each must have.
public struct Configuration: Sendable {
  private let members: [String: JSON]
  private let pointer: String

  /// - Throws: `Failure` that names the key at fault and those that exist.
  public init(_ json: JSON?, at pointer: String = "/configuration", keys: Set<String>) throws {
    self.pointer = pointer
    switch json ?? .null {
    case .null: members = [:]
    case .object(let object): members = object.filter { !$0.value.isNull }
    default: throw Failure(.badRequest, "\(pointer.dropFirst()) must be a mapping", property: pointer)
    }
    for key in members.keys.sorted() where !keys.contains(key) {
      throw Failure(
        .badRequest, "unknown key \(key); the keys are \(keys.sorted().joined(separator: ", "))", property: "\(pointer)/\(key)")
    }
  }

  /// The value as it stands, such as an expression.
  public subscript(_ key: String) -> JSON? { members[key] }

  /// Text, or a number as text.
  public func text(_ key: String) throws -> String? {
    guard let value = members[key] else { return nil }
    guard let text = value.scalarText, value.bool == nil else { throw wrong(key, "text", value) }
    return text
  }

  /// Text that must be one of these.
  public func choice(_ key: String, _ allowed: [String], default fallback: String? = nil) throws -> String {
    guard let text = try text(key) ?? fallback else {
      throw Failure(.badRequest, "\(key) is missing; it is one of \(allowed.joined(separator: ", "))", property: "\(pointer)/\(key)")
    }
    guard allowed.contains(text) else {
      throw Failure(
        .badRequest, "\(key) cannot be \(text); it is one of \(allowed.joined(separator: ", "))", property: "\(pointer)/\(key)")
    }
    return text
  }

  /// A whole number in a range.
  public func number(_ key: String, _ range: ClosedRange<Int64>, default fallback: Int64? = nil) throws -> Int64? {
    guard let value = members[key] else { return fallback }
    guard let number = value.int ?? value.string.flatMap({ Int64($0) }), range.contains(number) else {
      throw wrong(key, "a whole number from \(range.lowerBound) to \(range.upperBound)", value)
    }
    return number
  }

  /// true or false.
  public func flag(_ key: String) throws -> Bool? {
    guard let value = members[key] else { return nil }
    guard let flag = value.bool else { throw wrong(key, "true or false", value) }
    return flag
  }

  /// A list; empty when it is absent.
  public func list(_ key: String) throws -> [JSON] {
    guard let value = members[key] else { return [] }
    guard let list = value.array else { throw wrong(key, "a list", value) }
    return list
  }

  private func wrong(_ key: String, _ wanted: String, _ value: JSON) -> Failure {
    let shown = value.isExpression ? "an expression" : value.scalarText ?? "a \(value.kind)"
    return Failure(.badRequest, "\(key) must be \(wanted), not \(shown)", property: "\(pointer)/\(key)")
  }
}
