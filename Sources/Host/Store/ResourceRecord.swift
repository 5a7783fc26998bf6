public import JSON

/// A resource as it is stored.
public struct ResourceRecord: Sendable, Hashable {
  /// `res-` and a random identifier.
  public var id: String
  /// The stack that it belongs to.
  public var stackID: String
  /// Its name in the template.
  public var logicalID: String
  /// Its type, such as `AWS::RDS::DBInstance`.
  public var type: String
  /// The plugin that it is bound to.
  public var plugin: String
  /// From 1; grows when the thing is made anew under another name.
  public var generation: Int
  /// The name that it has in its cloud: f(installation, resource, generation).
  public var name: String
  /// Its id in the cloud; nil until it is known and after it is gone.
  public var physicalID: String?
  /// How far it is.
  public var status: ResourceStatus
  /// Why it failed, or what a refresh found.
  public var statusReason: String?
  /// Whether the cloud has accepted what the status names, so that only reading is left.
  public var accepted: Bool
  /// The properties that were asked for, references resolved, secrets as handles.
  public var desired: JSON
  /// The properties as the cloud reports them.
  public var properties: JSON
  /// The read-only properties as the cloud reports them.
  public var attributes: JSON
  /// The driver's own.
  public var state: JSON
  /// Seconds since 1970.
  public var createdAt: Int64
  /// Seconds since 1970.
  public var updatedAt: Int64

  /// Whether a successor has taken its place, or its template has let go of it: the clean-up of its operation deletes it.
  public var isSuperseded: Bool
  /// What the newest update of its stack does with it; nil before the first.
  public var change: ResourceChangeRecord?

  /// A record.
  public init(
    id: String, stackID: String, logicalID: String, type: String, plugin: String, generation: Int = 1, name: String,
    physicalID: String? = nil, status: ResourceStatus = .pending, statusReason: String? = nil,
    accepted: Bool = false, desired: JSON = .null,
    properties: JSON = .null, attributes: JSON = .null, state: JSON = .null, createdAt: Int64, updatedAt: Int64,
    isSuperseded: Bool = false, change: ResourceChangeRecord? = nil
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
    self.isSuperseded = isSuperseded
    self.change = change
  }
}
