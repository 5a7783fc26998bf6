public import JSON

/// One effect of an operation as the journal has it.
public struct EffectRecord: Sendable, Hashable {
  /// What the result of an effect is that surely did not leave.
  public static let unsent: JSON = ["unsent": true]

  /// How far the effect is.
  public enum Status: String, Sendable {
    /// It may have been sent; nobody knows yet.
    case intent
    case result
    /// It was sent, the reply is lost and the driver is told so.
    case lost
    /// A `retry` dropped it.
    case dropped
  }

  /// The operation's id.
  public var operationID: String
  /// The resource's id.
  public var resourceID: String
  /// The op of the driver: create, update, delete or `action:NAME`.
  public var op: String
  /// Counts the effects of that op of that operation on that resource, from 0.
  public var seq: Int
  /// How far the effect is.
  public var status: Status
  /// Whether the manifest says that the call changes the cloud.
  public var mutates: Bool
  /// The whole request, secrets as handles.
  public var request: JSON
  /// {status, headers, body}, as history has it.
  public var result: JSON?
  /// When it was asked for, in seconds since 1970.
  public var createdAt: Int64
  /// Whether it was sent at least once with nobody knowing what became of that: the request may still be executed, even after a repetition was answered.
  public var isUncertain: Bool

  /// A record.
  public init(
    operationID: String, resourceID: String, op: String, seq: Int, status: Status, mutates: Bool, request: JSON,
    result: JSON? = nil, createdAt: Int64, isUncertain: Bool = false
  ) {
    self.operationID = operationID
    self.resourceID = resourceID
    self.op = op
    self.seq = seq
    self.status = status
    self.mutates = mutates
    self.request = request
    self.result = result
    self.createdAt = createdAt
    self.isUncertain = isUncertain
  }
}
