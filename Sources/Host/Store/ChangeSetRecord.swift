public import JSON

/// A change set as it is stored: what an update would do, and all that doing it needs.
public struct ChangeSetRecord: Sendable, Hashable {
  /// What executing it does to its stack.
  public enum Kind: String, Sendable { case create = "CREATE", update = "UPDATE" }
  /// Whether it could be made (CloudFormation API, ChangeSetStatus).
  public enum Status: String, Sendable { case complete = "CREATE_COMPLETE", failed = "FAILED" }
  /// Whether it can be executed (CloudFormation API, ExecutionStatus).
  public enum ExecutionStatus: String, Sendable {
    case available = "AVAILABLE", unavailable = "UNAVAILABLE", inProgress = "EXECUTE_IN_PROGRESS", complete = "EXECUTE_COMPLETE"
    case failed = "EXECUTE_FAILED", obsolete = "OBSOLETE"
  }

  /// `changeset-` and a random identifier.
  public var id: String
  /// The stack that it would change.
  public var stackID: String
  /// The name that the user gave; unique in its stack among those that were not executed.
  public var name: String
  /// What executing it does.
  public var kind: Kind
  /// Whether it could be made.
  public var status: Status
  /// Why not.
  public var statusReason: String?
  /// Whether it can be executed.
  public var executionStatus: ExecutionStatus
  /// What the user wrote about it.
  public var description: String?
  /// The newest operation of the stack when it was made: with another one it is obsolete.
  public var base: String
  /// The template as it would be run.
  public var template: JSON
  /// What the user gave, as in `StackRecord.source`.
  public var source: JSON
  /// {"without", "with"}: the changes in CloudFormation's shape, without and with values.
  public var changes: JSON
  /// Seconds since 1970.
  public var createdAt: Int64

  /// A record.
  public init(
    id: String, stackID: String, name: String, kind: Kind, status: Status, statusReason: String? = nil,
    executionStatus: ExecutionStatus, description: String? = nil, base: String, template: JSON, source: JSON, changes: JSON,
    createdAt: Int64
  ) {
    self.id = id
    self.stackID = stackID
    self.name = name
    self.kind = kind
    self.status = status
    self.statusReason = statusReason
    self.executionStatus = executionStatus
    self.description = description
    self.base = base
    self.template = template
    self.source = source
    self.changes = changes
    self.createdAt = createdAt
  }
}
