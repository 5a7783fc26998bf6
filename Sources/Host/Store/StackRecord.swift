public import JSON

/// A stack as it is stored: an environment, an application, or a template's.
public struct StackRecord: Sendable, Hashable {
  /// What the stack was made from.
  public enum Kind: String, Sendable { case environment, application, template }

  /// `stack-` and a random identifier; part of the ownership tags.
  public var id: String
  /// What it was made from.
  public var kind: Kind
  /// The name that the user gave; unique among live stacks of a kind.
  public var name: String
  /// CloudFormation's status words.
  public var status: StackStatus
  /// Why it failed; nil else.
  public var statusReason: String?
  /// The environment that an application runs in.
  public var environmentID: String?
  /// The account, region and endpoints that the stack belongs to.
  public var scope: JSON
  /// The template: resources with references.
  public var template: JSON
  /// What the user gave: {"file", "text", "parameters", ...}.
  public var source: JSON
  /// Values for people, by name.
  public var outputs: JSON
  /// Values for applications of the environment, by name; secrets as handles.
  public var exports: JSON
  /// The stack that this one is nested in.
  public var parentID: String?
  /// What people have set on it, beside its template.
  public var settings: StackSettings
  /// Seconds since 1970.
  public var createdAt: Int64
  /// When the newest change began, in seconds since 1970; nil before the first update.
  public var updatedAt: Int64?
  /// Seconds since 1970, nil while the stack is there.
  public var deletedAt: Int64?

  /// A record.
  public init(
    id: String, kind: Kind, name: String, status: StackStatus, statusReason: String? = nil, environmentID: String? = nil,
    scope: JSON, template: JSON, source: JSON, outputs: JSON = [:], exports: JSON = [:], parentID: String? = nil,
    settings: StackSettings = StackSettings(), createdAt: Int64, updatedAt: Int64? = nil, deletedAt: Int64? = nil
  ) {
    self.id = id
    self.kind = kind
    self.name = name
    self.status = status
    self.statusReason = statusReason
    self.environmentID = environmentID
    self.scope = scope
    self.template = template
    self.source = source
    self.outputs = outputs
    self.exports = exports
    self.parentID = parentID
    self.settings = settings
    self.createdAt = createdAt
    self.updatedAt = updatedAt
    self.deletedAt = deletedAt
  }
}
