public import JSON

/// A change, running or past.
public struct OperationRecord: Sendable, Hashable {
  /// What the operation does.
  public enum Kind: String, Sendable { 
    case create, update, rollback, delete, action, refresh
    /// Deletes what a create whose answer was lost has made late.
    case sweep
  }
  /// How far it is.
  public enum Status: String, Sendable {
    case running = "RUNNING"
    /// Waits for a person: other credentials, or a decision.
    case held = "HELD"
    case succeeded = "SUCCEEDED"
    case failed = "FAILED"
    case cancelled = "CANCELLED"

    /// Whether it has ended.
    public var isFinal: Bool { self != .running && self != .held }
  }

  /// `op-` and a random identifier.
  public var id: String
  /// The stack that it changes.
  public var stackID: String
  /// What it does.
  public var kind: Kind
  /// How far it is.
  public var status: Status
  /// Why it is held, failed or was cancelled.
  public var reason: String?
  /// What the operation was asked: on-failure policy, action, final snapshot.
  public var input: JSON
  /// The operation of the outer stack that this one, of a nested stack, is a part of.
  public var parentID: String?
  /// Grows by one each time a host takes the operation up; a commit of an older epoch is refused.
  public var epoch: Int64
  /// Seconds since 1970.
  public var createdAt: Int64
  /// Seconds since 1970; nil until it has ended.
  public var finishedAt: Int64?

  /// A record.
  public init(
    id: String, stackID: String, kind: Kind, status: Status, reason: String? = nil, input: JSON = [:], parentID: String? = nil, epoch: Int64 = 1,
    createdAt: Int64, finishedAt: Int64? = nil
  ) {
    self.id = id
    self.stackID = stackID
    self.kind = kind
    self.status = status
    self.reason = reason
    self.input = input
    self.parentID = parentID
    self.epoch = epoch
    self.createdAt = createdAt
    self.finishedAt = finishedAt
  }
}
