public import JSON

/// A resource as it is stored.
public struct ResourceRecord: Sendable, Hashable {
  public var id: String
  public var stackID: String
  public var logicalID: String
  public var type: String
  /// The plugin that it is bound to.
  public var plugin: String
  public var generation: Int
  /// The name that it has in its cloud: f(installation, resource, generation).
  public var name: String
  public var physicalID: String?
  public var status: ResourceStatus
  public var statusReason: String?
  /// Whether the cloud has accepted what the status names, so that only reading is left.
  public var accepted: Bool
  /// The properties that were asked for, references resolved, secrets as handles.
  public var desired: JSON
  /// The properties as the cloud reports them.
  public var properties: JSON
  public var attributes: JSON
  /// The driver's own.
  public var state: JSON
  public var createdAt: Int64
  public var updatedAt: Int64

  public init(
    id: String, stackID: String, logicalID: String, type: String, plugin: String, generation: Int = 1, name: String,
    physicalID: String? = nil, status: ResourceStatus = .pending, statusReason: String? = nil,
    accepted: Bool = false, desired: JSON = .null,
    properties: JSON = .null, attributes: JSON = .null, state: JSON = .null, createdAt: Int64, updatedAt: Int64
  ) {
    self.id = id
    self.stackID = stackID
    self.logicalID = logicalID
    self.type = type
    self.plugin = plugin
    self.generation = generation
    self.name = name
    self.physicalID = physicalID
    self.status = status
    self.statusReason = statusReason
    self.accepted = accepted
    self.desired = desired
    self.properties = properties
    self.attributes = attributes
    self.state = state
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }
}
