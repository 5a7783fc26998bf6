public import JSON

/// Something that happened, as people and programs are told of it.
public struct EventRecord: Sendable, Hashable {
  /// Grows without gaps; 0 until it is stored.
  public var seq: Int64
  /// Milliseconds since 1970.
  public var ts: Int64
  /// The stack that it concerns.
  public var stackID: String
  /// The operation during which it happened.
  public var operationID: String?
  /// The resource's logical id; the stack's name or the operation's kind for their own events.
  public var logicalID: String
  /// The resource's type; `Cld::Stack` and `Cld::Operation` for their own events.
  public var type: String
  /// The id in the cloud, when it is known.
  public var physicalID: String?
  /// A status word of the resource, stack or operation, or `WAITING`, `DRIVER_FAULT`.
  public var status: String
  /// Why, for people; secrets are masked.
  public var reason: String?
  /// The properties that were asked for, with secrets masked; nil where the event is not about them.
  public var properties: JSON?

  /// An event; the store gives it its number.
  public init(
    seq: Int64 = 0, ts: Int64, stackID: String, operationID: String?, logicalID: String, type: String,
    physicalID: String? = nil, status: String, reason: String? = nil, properties: JSON? = nil
  ) {
    self.seq = seq
    self.ts = ts
    self.stackID = stackID
    self.operationID = operationID
    self.logicalID = logicalID
    self.type = type
    self.physicalID = physicalID
    self.status = status
    self.reason = reason
    self.properties = properties
  }
}
