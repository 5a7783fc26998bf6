public import JSON

/// One effect of an operation as the journal has it.
public struct EffectRecord: Sendable, Hashable {
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

  public var operationID: String
  public var resourceID: String
  public var op: String
  public var seq: Int
  public var status: Status
  public var mutates: Bool
  /// The whole request, secrets as handles.
  public var request: JSON
  /// {status, headers, body}, as history has it.
  public var result: JSON?

  public init(
    operationID: String, resourceID: String, op: String, seq: Int, status: Status, mutates: Bool, request: JSON,
    result: JSON? = nil
  ) {
    self.operationID = operationID
    self.resourceID = resourceID
    self.op = op
    self.seq = seq
    self.status = status
    self.mutates = mutates
    self.request = request
    self.result = result
  }
}
