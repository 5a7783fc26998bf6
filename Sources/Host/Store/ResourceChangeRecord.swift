public import JSON

/// What an update does with one resource: all that undoing it needs.
public struct ResourceChangeRecord: Sendable, Hashable {
  /// What is done.
  public enum Kind: Sendable, Hashable {
    /// It is new in the template.
    case addition
    /// It takes the place of the resource with that record.
    case replacement(of: String)
    /// It is changed in place; these properties were asked for before.
    case modification(previous: JSON)
    /// A modification is undone; these properties were asked for by it.
    case reversion(failed: JSON)
    /// It is a second thing of that resource, which came late and is to be deleted.
    case arrival(of: String)
  }

  /// The operation that does it.
  public var operationID: String
  /// What is done.
  public var kind: Kind

  /// A change.
  public init(operationID: String, kind: Kind) {
    self.operationID = operationID
    self.kind = kind
  }

  var json: JSON {
    switch kind {
    case .addition: ["operation": .string(operationID), "kind": "addition"]
    case .replacement(let id): ["operation": .string(operationID), "kind": "replacement", "of": .string(id)]
    case .modification(let previous): ["operation": .string(operationID), "kind": "modification", "properties": previous]
    case .reversion(let failed): ["operation": .string(operationID), "kind": "reversion", "properties": failed]
    case .arrival(let id): ["operation": .string(operationID), "kind": "arrival", "of": .string(id)]
    }
  }

  init?(json: JSON) {
    guard let operationID = json["operation"]?.string else { return nil }
    self.operationID = operationID
    switch json["kind"]?.string {
    case "addition": kind = .addition
    case "replacement": kind = .replacement(of: json["of"]?.string ?? "")
    case "modification": kind = .modification(previous: json["properties"] ?? .null)
    case "reversion": kind = .reversion(failed: json["properties"] ?? .null)
    case "arrival": kind = .arrival(of: json["of"]?.string ?? "")
    default: return nil
    }
  }
}
