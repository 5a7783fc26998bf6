public import JSON

/// A resource as it is stored.
public struct ResourceRecord: Sendable, Hashable {
  /// `res-` and a random identifier.
  public var id: String { get { fields.value.id } set { fields.value.id = newValue } }
  /// The stack that it belongs to.
  public var stackID: String { get { fields.value.stackID } set { fields.value.stackID = newValue } }
  /// Its name in the template.
  public var logicalID: String { get { fields.value.logicalID } set { fields.value.logicalID = newValue } }
  /// Its type, such as `AWS::RDS::DBInstance`.
  public var type: String { get { fields.value.type } set { fields.value.type = newValue } }
  /// The plugin that it is bound to.
  public var plugin: String { get { fields.value.plugin } set { fields.value.plugin = newValue } }
  /// From 1; grows when the thing is made anew under another name.
  public var generation: Int { get { fields.value.generation } set { fields.value.generation = newValue } }
  /// The name that it has in its cloud: f(installation, resource, generation).
  public var name: String { get { fields.value.name } set { fields.value.name = newValue } }
  /// Its id in the cloud; nil until it is known and after it is gone.
  public var physicalID: String? { get { fields.value.physicalID } set { fields.value.physicalID = newValue } }
  /// How far it is.
  public var status: ResourceStatus { get { fields.value.status } set { fields.value.status = newValue } }
  /// Why it failed, or what a refresh found.
  public var statusReason: String? { get { fields.value.statusReason } set { fields.value.statusReason = newValue } }
  /// Whether the cloud has accepted what the status names, so that only reading is left.
  public var accepted: Bool { get { fields.value.accepted } set { fields.value.accepted = newValue } }
  /// The properties that were asked for, references resolved, secrets as handles.
  public var desired: JSON { get { fields.value.desired } set { fields.value.desired = newValue } }
  /// The properties as the cloud reports them.
  public var properties: JSON { get { fields.value.properties } set { fields.value.properties = newValue } }
  /// The read-only properties as the cloud reports them.
  public var attributes: JSON { get { fields.value.attributes } set { fields.value.attributes = newValue } }
  /// The driver's own.
  public var state: JSON { get { fields.value.state } set { fields.value.state = newValue } }
  /// Seconds since 1970.
  public var createdAt: Int64 { get { fields.value.createdAt } set { fields.value.createdAt = newValue } }
  /// Seconds since 1970.
  public var updatedAt: Int64 { get { fields.value.updatedAt } set { fields.value.updatedAt = newValue } }

  /// Whether a successor has taken its place, or its template has let go of it: the clean-up of its operation deletes it.
  public var isSuperseded: Bool { get { fields.value.isSuperseded } set { fields.value.isSuperseded = newValue } }
  /// What the newest update of its stack does with it; nil before the first.
  public var change: ResourceChangeRecord? { get { fields.value.change } set { fields.value.change = newValue } }

  /// What the last refresh found: {status, differences, checked_at}; null before the first, and after every change.
  public var drift: JSON { get { fields.value.drift } set { fields.value.drift = newValue } }

  /// What it holds, kept once however many tasks wait with it (`Shared`).
  private struct Fields: Sendable, Hashable {
    var id: String
    var stackID: String
    var logicalID: String
    var type: String
    var plugin: String
    var generation: Int
    var name: String
    var physicalID: String?
    var status: ResourceStatus
    var statusReason: String?
    var accepted: Bool
    var desired: JSON
    var properties: JSON
    var attributes: JSON
    var state: JSON
    var createdAt: Int64
    var updatedAt: Int64
    var isSuperseded: Bool
    var change: ResourceChangeRecord?
    var drift: JSON
  }

  private var fields: Shared<Fields>

  /// A record.
  public init(
    id: String, stackID: String, logicalID: String, type: String, plugin: String, generation: Int = 1, name: String,
    physicalID: String? = nil, status: ResourceStatus = .pending, statusReason: String? = nil,
    accepted: Bool = false, desired: JSON = .null,
    properties: JSON = .null, attributes: JSON = .null, state: JSON = .null, createdAt: Int64, updatedAt: Int64,
    isSuperseded: Bool = false, change: ResourceChangeRecord? = nil, drift: JSON = .null
  ) {
    fields = Shared(
      Fields(
        id: id, stackID: stackID, logicalID: logicalID, type: type, plugin: plugin, generation: generation, name: name,
        physicalID: physicalID, status: status, statusReason: statusReason, accepted: accepted, desired: desired, properties: properties,
        attributes: attributes, state: state, createdAt: createdAt, updatedAt: updatedAt, isSuperseded: isSuperseded, change: change,
        drift: drift))
  }
}
