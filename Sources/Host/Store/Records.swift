public import JSON

/// A stack as it is stored: an environment, an application, or a template's.
public struct StackRecord: Sendable, Hashable {
  /// What the stack was made from.
  public enum Kind: String, Sendable { case environment, application, template }

  public var id: String
  public var kind: Kind
  public var name: String
  /// CloudFormation's status words.
  public var status: StackStatus
  public var statusReason: String?
  /// The environment that an application runs in.
  public var environmentID: String?
  /// The account, region and endpoints that the stack belongs to.
  public var scope: JSON
  /// The template: resources with references.
  public var template: JSON
  /// What the user gave: {"file", "text"}.
  public var source: JSON
  public var outputs: JSON
  public var exports: JSON
  /// Seconds since 1970.
  public var createdAt: Int64
  /// Seconds since 1970, nil while the stack is there.
  public var deletedAt: Int64?

  public init(
    id: String, kind: Kind, name: String, status: StackStatus, statusReason: String? = nil, environmentID: String? = nil,
    scope: JSON, template: JSON, source: JSON, outputs: JSON = [:], exports: JSON = [:], createdAt: Int64,
    deletedAt: Int64? = nil
  ) {
    self.id = id
    self.kind = kind
    self.name = name
    self.status = status
    self.statusReason = statusReason
    self.environmentID = environmentID
    self.scope = scope
    self.template = template
    self.source = source
    self.outputs = outputs
    self.exports = exports
    self.createdAt = createdAt
    self.deletedAt = deletedAt
  }
}

/// CloudFormation's words for stacks (API reference, StackStatus).
public enum StackStatus: String, Sendable, Hashable {
  case createInProgress = "CREATE_IN_PROGRESS"
  case createComplete = "CREATE_COMPLETE"
  case createFailed = "CREATE_FAILED"
  case rollbackInProgress = "ROLLBACK_IN_PROGRESS"
  case rollbackComplete = "ROLLBACK_COMPLETE"
  case rollbackFailed = "ROLLBACK_FAILED"
  case deleteInProgress = "DELETE_IN_PROGRESS"
  case deleteComplete = "DELETE_COMPLETE"
  case deleteFailed = "DELETE_FAILED"

  /// Whether an operation is running on the stack.
  public var isInProgress: Bool {
    switch self {
    case .createInProgress, .rollbackInProgress, .deleteInProgress: true
    default: false
    }
  }
}

/// CloudFormation's words for resources (API reference, ResourceStatus); `pending` is before the first of them.
public enum ResourceStatus: String, Sendable, Hashable {
  case pending = "PENDING"
  case createInProgress = "CREATE_IN_PROGRESS"
  case createComplete = "CREATE_COMPLETE"
  case createFailed = "CREATE_FAILED"
  case updateInProgress = "UPDATE_IN_PROGRESS"
  case updateComplete = "UPDATE_COMPLETE"
  case updateFailed = "UPDATE_FAILED"
  case deleteInProgress = "DELETE_IN_PROGRESS"
  case deleteComplete = "DELETE_COMPLETE"
  case deleteFailed = "DELETE_FAILED"
  case deleteSkipped = "DELETE_SKIPPED"

  /// Whether something of it may be in the cloud.
  public var mayExist: Bool {
    switch self {
    case .pending, .deleteComplete, .deleteSkipped: false
    default: true
    }
  }

  /// Whether it is there and usable.
  public var isComplete: Bool { self == .createComplete || self == .updateComplete }
}

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
    physicalID: String? = nil, status: ResourceStatus = .pending, statusReason: String? = nil, desired: JSON = .null,
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
    self.desired = desired
    self.properties = properties
    self.attributes = attributes
    self.state = state
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }
}

/// A change, running or past.
public struct OperationRecord: Sendable, Hashable {
  /// What the operation does.
  public enum Kind: String, Sendable { case create, delete, action, refresh }
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

  public var id: String
  public var stackID: String
  public var kind: Kind
  public var status: Status
  public var reason: String?
  /// What the operation was asked: on-failure policy, action, final snapshot.
  public var input: JSON
  /// Grows by one each time a host takes the operation up; a commit of an older epoch is refused.
  public var epoch: Int64
  public var createdAt: Int64
  public var finishedAt: Int64?

  public init(
    id: String, stackID: String, kind: Kind, status: Status, reason: String? = nil, input: JSON = [:], epoch: Int64 = 1,
    createdAt: Int64, finishedAt: Int64? = nil
  ) {
    self.id = id
    self.stackID = stackID
    self.kind = kind
    self.status = status
    self.reason = reason
    self.input = input
    self.epoch = epoch
    self.createdAt = createdAt
    self.finishedAt = finishedAt
  }
}

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
