/// Something that happened, as people and programs are told of it.
public struct EventRecord: Sendable, Hashable {
  /// Grows without gaps; 0 until it is stored.
  public var seq: Int64
  /// Milliseconds since 1970.
  public var ts: Int64
  public var stackID: String
  public var operationID: String?
  public var logicalID: String
  public var type: String
  public var physicalID: String?
  public var status: String
  public var reason: String?

  public init(
    seq: Int64 = 0, ts: Int64, stackID: String, operationID: String?, logicalID: String, type: String,
    physicalID: String? = nil, status: String, reason: String? = nil
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
  }
}
