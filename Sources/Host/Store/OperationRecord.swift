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
  public var id: String { get { fields.value.id } set { fields.value.id = newValue } }
  /// The stack that it changes.
  public var stackID: String { get { fields.value.stackID } set { fields.value.stackID = newValue } }
  /// What it does.
  public var kind: Kind { get { fields.value.kind } set { fields.value.kind = newValue } }
  /// How far it is.
  public var status: Status { get { fields.value.status } set { fields.value.status = newValue } }
  /// Why it is held, failed or was cancelled.
  public var reason: String? { get { fields.value.reason } set { fields.value.reason = newValue } }
  /// What the operation was asked: on-failure policy, action, final snapshot.
  public var input: JSON { get { fields.value.input } set { fields.value.input = newValue } }
  /// The operation of the outer stack that this one, of a nested stack, is a part of.
  public var parentID: String? { get { fields.value.parentID } set { fields.value.parentID = newValue } }
  /// Grows by one each time a host takes the operation up; a commit of an older epoch is refused.
  public var epoch: Int64 { get { fields.value.epoch } set { fields.value.epoch = newValue } }
  /// Seconds since 1970.
  public var createdAt: Int64 { get { fields.value.createdAt } set { fields.value.createdAt = newValue } }
  /// Seconds since 1970; nil until it has ended.
  public var finishedAt: Int64? { get { fields.value.finishedAt } set { fields.value.finishedAt = newValue } }

  /// What it holds, kept once however many tasks wait with it (`Shared`).
  private struct Fields: Sendable, Hashable {
    var id: String
    var stackID: String
    var kind: Kind
    var status: Status
    var reason: String?
    var input: JSON
    var parentID: String?
    var epoch: Int64
    var createdAt: Int64
    var finishedAt: Int64?
  }

  private var fields: Shared<Fields>

  /// A record.
  public init(
    id: String, stackID: String, kind: Kind, status: Status, reason: String? = nil, input: JSON = [:], parentID: String? = nil, epoch: Int64 = 1,
    createdAt: Int64, finishedAt: Int64? = nil
  ) {
    fields = Shared(
      Fields(
        id: id, stackID: stackID, kind: kind, status: status, reason: reason, input: input, parentID: parentID, epoch: epoch,
        createdAt: createdAt, finishedAt: finishedAt))
  }
}
