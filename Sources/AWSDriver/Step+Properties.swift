public import JSON
public import PluginKit

extension Step {
  /// The properties: those that are wanted, or for an operation that has none those that are recorded.
  public var properties: JSON {
    if let object = desired.object, !object.isEmpty { return desired }
    return current.properties
  }

  /// The text of a property; nil when it is absent.
  public func text(_ property: String) -> String? { properties[property]?.scalarText }

  /// The text of a property that the type cannot do without.
  public func required(_ property: String) throws -> String {
    guard let text = text(property) else {
      throw Failure(.badRequest, "\(type) needs \(property)", property: "/\(property)")
    }
    return text
  }

  /// The name: the property of the type when it is given, else the one that the host made.
  public func name(_ property: String) -> String { text(property) ?? name }

  /// The members of the properties that are given, under the same names.
  public func given(_ names: String...) -> [String: JSON] {
    var members: [String: JSON] = [:]
    for name in names { members[name] = properties[name] }
    return members
  }

  /// Whether the host waits for a deletion.
  public var awaitsDelete: Bool { awaiting == "delete" || op == "delete" }
}
