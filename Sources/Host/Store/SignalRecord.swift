/// A signal that a resource waits for: a wait condition's, or one of a creation policy.
public struct SignalRecord: Sendable, Hashable {
  /// The stack of the resource.
  public var stackID: String
  /// The resource's name in the template.
  public var logicalID: String
  /// The resource's record: signals for a predecessor do not count for its successor.
  public var resourceID: String
  /// The sender's own id; a second signal with it replaces the first.
  public var uniqueID: String
  /// Whether the sender succeeded.
  public var isSuccess: Bool
  /// What the sender says about it.
  public var reason: String?
  /// What the sender hands over.
  public var data: String?
  /// Seconds since 1970.
  public var createdAt: Int64

  /// A record.
  public init(
    stackID: String, logicalID: String, resourceID: String, uniqueID: String, isSuccess: Bool, reason: String? = nil,
    data: String? = nil, createdAt: Int64
  ) {
    self.stackID = stackID
    self.logicalID = logicalID
    self.resourceID = resourceID
    self.uniqueID = uniqueID
    self.isSuccess = isSuccess
    self.reason = reason
    self.data = data
    self.createdAt = createdAt
  }
}
