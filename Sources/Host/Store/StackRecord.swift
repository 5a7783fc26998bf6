public import JSON

/// A stack as it is stored: an environment, an application, or a template's.
public struct StackRecord: Sendable, Hashable {
  /// What the stack was made from.
  public enum Kind: String, Sendable { case environment, application, template }

  /// `stack-` and a random identifier; part of the ownership tags.
  public var id: String { get { fields.value.id } set { fields.value.id = newValue } }
  /// What it was made from.
  public var kind: Kind { get { fields.value.kind } set { fields.value.kind = newValue } }
  /// The name that the user gave; unique among live stacks of a kind.
  public var name: String { get { fields.value.name } set { fields.value.name = newValue } }
  /// CloudFormation's status words.
  public var status: StackStatus { get { fields.value.status } set { fields.value.status = newValue } }
  /// Why it failed; nil else.
  public var statusReason: String? { get { fields.value.statusReason } set { fields.value.statusReason = newValue } }
  /// The environment that an application runs in.
  public var environmentID: String? { get { fields.value.environmentID } set { fields.value.environmentID = newValue } }
  /// The account, region and endpoints that the stack belongs to.
  public var scope: JSON { get { fields.value.scope } set { fields.value.scope = newValue } }
  /// The template: resources with references.
  public var template: JSON { get { fields.value.template } set { fields.value.template = newValue } }
  /// What the user gave: {"file", "text", "parameters", ...}.
  public var source: JSON { get { fields.value.source } set { fields.value.source = newValue } }
  /// Values for people, by name.
  public var outputs: JSON { get { fields.value.outputs } set { fields.value.outputs = newValue } }
  /// Values for applications of the environment, by name; secrets as handles.
  public var exports: JSON { get { fields.value.exports } set { fields.value.exports = newValue } }
  /// The stack that this one is nested in.
  public var parentID: String? { get { fields.value.parentID } set { fields.value.parentID = newValue } }
  /// What people have set on it, beside its template.
  public var settings: StackSettings { get { fields.value.settings } set { fields.value.settings = newValue } }
  /// Seconds since 1970.
  public var createdAt: Int64 { get { fields.value.createdAt } set { fields.value.createdAt = newValue } }
  /// When the newest change began, in seconds since 1970; nil before the first update.
  public var updatedAt: Int64? { get { fields.value.updatedAt } set { fields.value.updatedAt = newValue } }
  /// Seconds since 1970, nil while the stack is there.
  public var deletedAt: Int64? { get { fields.value.deletedAt } set { fields.value.deletedAt = newValue } }

  /// What it holds, kept once however many tasks wait with it (`Shared`).
  private struct Fields: Sendable, Hashable {
    var id: String
    var kind: Kind
    var name: String
    var status: StackStatus
    var statusReason: String?
    var environmentID: String?
    var scope: JSON
    var template: JSON
    var source: JSON
    var outputs: JSON
    var exports: JSON
    var parentID: String?
    var settings: StackSettings
    var createdAt: Int64
    var updatedAt: Int64?
    var deletedAt: Int64?
  }

  private var fields: Shared<Fields>

  /// A record.
  public init(
    id: String, kind: Kind, name: String, status: StackStatus, statusReason: String? = nil, environmentID: String? = nil,
    scope: JSON, template: JSON, source: JSON, outputs: JSON = [:], exports: JSON = [:], parentID: String? = nil,
    settings: StackSettings = StackSettings(), createdAt: Int64, updatedAt: Int64? = nil, deletedAt: Int64? = nil
  ) {
    fields = Shared(
      Fields(
        id: id, kind: kind, name: name, status: status, statusReason: statusReason, environmentID: environmentID, scope: scope,
        template: template, source: source, outputs: outputs, exports: exports, parentID: parentID, settings: settings,
        createdAt: createdAt, updatedAt: updatedAt, deletedAt: deletedAt))
  }
}
