public import JSON

/// Something that happened, as people and programs are told of it.
public struct EventRecord: Sendable, Hashable {
  /// Grows without gaps; 0 until it is stored.
  public var seq: Int64 { get { fields.value.seq } set { fields.value.seq = newValue } }
  /// Milliseconds since 1970.
  public var ts: Int64 { get { fields.value.ts } set { fields.value.ts = newValue } }
  /// The stack that it concerns.
  public var stackID: String { get { fields.value.stackID } set { fields.value.stackID = newValue } }
  /// The operation during which it happened.
  public var operationID: String? { get { fields.value.operationID } set { fields.value.operationID = newValue } }
  /// The resource's logical id; the stack's name or the operation's kind for their own events.
  public var logicalID: String { get { fields.value.logicalID } set { fields.value.logicalID = newValue } }
  /// The resource's type; `Cld::Stack` and `Cld::Operation` for their own events.
  public var type: String { get { fields.value.type } set { fields.value.type = newValue } }
  /// The id in the cloud, when it is known.
  public var physicalID: String? { get { fields.value.physicalID } set { fields.value.physicalID = newValue } }
  /// A status word of the resource, stack or operation, or `WAITING`, `DRIVER_FAULT`.
  public var status: String { get { fields.value.status } set { fields.value.status = newValue } }
  /// Why, for people; secrets are masked.
  public var reason: String? { get { fields.value.reason } set { fields.value.reason = newValue } }
  /// The properties that were asked for, with secrets masked; nil where the event is not about them.
  public var properties: JSON? { get { fields.value.properties } set { fields.value.properties = newValue } }

  /// What it holds, kept once however many tasks wait with it (`Shared`).
  private struct Fields: Sendable, Hashable {
    var seq: Int64
    var ts: Int64
    var stackID: String
    var operationID: String?
    var logicalID: String
    var type: String
    var physicalID: String?
    var status: String
    var reason: String?
    var properties: JSON?
  }

  private var fields: Shared<Fields>

  /// An event; the store gives it its number.
  public init(
    seq: Int64 = 0, ts: Int64, stackID: String, operationID: String?, logicalID: String, type: String,
    physicalID: String? = nil, status: String, reason: String? = nil, properties: JSON? = nil
  ) {
    fields = Shared(
      Fields(
        seq: seq, ts: ts, stackID: stackID, operationID: operationID, logicalID: logicalID, type: type, physicalID: physicalID,
        status: status, reason: reason, properties: properties))
  }
}
