/// A whole driver: its name and the types that it provides. Make one as a global constant and give it to `export`
/// from `cld_plugin_entry` (docs/plugin-author.md has a complete one).
public struct Driver: Sendable {
  /// Must equal `name` of manifest.json.
  public let name: String
  /// Must equal `version` of manifest.json.
  public let version: String
  let types: [String: TypeHandlers]

  /// A driver of these types.
  public init(name: String, version: String, types: [TypeHandlers]) {
    self.name = name
    self.version = version
    self.types = Dictionary(types.map { ($0.type, $0) }, uniquingKeysWith: { first, _ in first })
  }
}

/// What runs one operation: straight-line code that is run from its start at every step (see `Step`).
public typealias Handler = @Sendable (Step) throws -> Done

/// One type and a handler for each operation that it has. The operations' names are those of the manifest.
public struct TypeHandlers: Sendable {
  /// What sort of type it is, in the manifest's words.
  public enum Kind: String, Sendable { case resource, coe, lookup }

  /// The type's name, such as `AWS::RDS::DBInstance`.
  public let type: String
  /// What sort of type it is.
  public let kind: Kind
  let handlers: [String: Handler]

  /// A type with these operations.
  public init(_ type: String, kind: Kind = .resource, _ handlers: [String: Handler]) {
    self.type = type
    self.kind = kind
    self.handlers = handlers
  }
}
