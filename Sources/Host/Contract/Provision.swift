/// One type that a plugin provides: its entry in the manifest's `provides`, joined with its schema file.
public struct Provision: Hashable, Sendable {
  /// What sort of type it is.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// A thing in the cloud: create, read, delete; maybe update, list, actions, logs.
    case resource
    /// A container orchestration engine: makes template fragments of environments and applications.
    case coe
    /// A read-only answer of the cloud, pinned in the stack until it is refreshed.
    case lookup
  }

  /// The entry-point group, such as `aws.resource` or `aws.coe`: the part before the dot is the cloud.
  public var group: String
  /// What sort of type it is.
  public var kind: Kind
  /// The type's name, such as `AWS::RDS::DBInstance`.
  public var type: String
  /// The short name in environment files, such as `rds`.
  public var alias: String?
  /// The operations: create, read, update, delete, list, plan, migrate, logs, `action:NAME`, expand-resource,
  /// expand-environment, expand-application.
  public var ops: Set<String>
  /// The path of the type's schema below the plugin's folder; a coe has none.
  public var schemaPath: String?
  /// The parsed schema, once it was read.
  public var schema: TypeSchema?

  /// A type of a manifest, before or after its schema file was read.
  public init(
    group: String, kind: Kind, type: String, alias: String? = nil, ops: Set<String>, schemaPath: String? = nil,
    schema: TypeSchema? = nil
  ) {
    self.group = group
    self.kind = kind
    self.type = type
    self.alias = alias
    self.ops = ops
    self.schemaPath = schemaPath
    self.schema = schema
  }

  /// The cloud that the type belongs to: the group's part before the dot.
  public var cloud: String { String(group.prefix { $0 != "." }) }
}
