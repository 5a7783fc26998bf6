internal import Engine
internal import JSON
internal import Store

/// The stable shapes of `-o json` (interfaces.md).
enum Views {
  /// An environment or application; with its resources in `show`.
  static func stack(_ stack: StackRecord, environment: String?, resources: [ResourceRecord]?) -> JSON {
    var json: JSON = [
      "name": .string(stack.name), "id": .string(stack.id), "status": .string(word(stack.status)),
      "stack_status": .string(stack.status.rawValue), "status_reason": text(stack.statusReason),
      "created_at": .string(time(stack.createdAt)), "outputs": stack.outputs.masked,
      "account": stack.scope["account"] ?? .null, "region": stack.scope["region"] ?? .null,
    ]
    if stack.kind == .application { json["environment"] = text(environment) }
    if let resources { json["resources"] = .array(resources.map { resource($0, stack: stack.name) }) }
    return json
  }

  /// A resource; secrets as `****`.
  static func resource(_ resource: ResourceRecord, stack: String) -> JSON {
    [
      "id": .string(resource.id), "stack": .string(stack), "logical_id": .string(resource.logicalID), "type": .string(resource.type),
      "plugin": .string(resource.plugin), "name": .string(resource.name), "physical_id": text(resource.physicalID),
      "status": .string(resource.status.rawValue), "status_reason": text(resource.statusReason),
      "attributes": (resource.attributes.isNull ? [:] : resource.attributes).masked, "drift": drift(of: resource),
    ]
  }

  /// What the last refresh found: {status, differences, checked_at}; NOT_CHECKED before the first, and since the last change.
  private static func drift(of resource: ResourceRecord) -> JSON {
    guard let checkedAt = resource.drift["checked_at"]?.int else { return ["status": "NOT_CHECKED", "differences": [], "checked_at": .null] }
    var drift = resource.drift.masked
    drift["checked_at"] = .string(time(checkedAt))
    return drift
  }

  static func operation(_ operation: OperationRecord, stack: String) -> JSON {
    [
      "id": .string(operation.id), "stack": .string(stack), "kind": .string(operation.kind.rawValue),
      "status": .string(operation.status.rawValue), "reason": text(operation.reason),
      "created_at": .string(time(operation.createdAt)), "finished_at": operation.finishedAt.map { .string(time($0)) } ?? .null,
    ]
  }

  static func event(_ event: EventRecord) -> JSON {
    [
      "seq": .int(event.seq), "ts": .int(event.ts), "time": .string(time(event.ts / 1000)), "stack_id": .string(event.stackID),
      "operation": text(event.operationID), "logical_id": .string(event.logicalID), "type": .string(event.type),
      "physical_id": text(event.physicalID), "status": .string(event.status), "reason": text(event.reason),
    ]
  }

  private static func text(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }

  private static func word(_ status: StackStatus) -> String {
    switch status {
    case .createInProgress: "creating"
    case .createComplete, .updateComplete, .updateRollbackComplete: "available"
    case .deleteInProgress: "deleting"
    case .updateInProgress, .updateCleanupInProgress, .updateRollbackInProgress, .updateRollbackCleanupInProgress: "updating"
    case .createFailed, .rollbackInProgress, .rollbackComplete, .rollbackFailed, .deleteFailed, .updateFailed, .updateRollbackFailed: "failed"
    case .deleteComplete: "deleted"
    case .reviewInProgress: "reviewing"
    }
  }

  /// RFC 3339 in UTC, with milliseconds.
  static func time(milliseconds: Int64) -> String {
    let fraction = String(milliseconds % 1000 + 1000).dropFirst()
    return time(milliseconds / 1000).dropLast() + ".\(fraction)Z"
  }

  /// RFC 3339 in UTC.
  static func time(_ seconds: Int64) -> String {
    let digits = Naming.timestamp(seconds)
    func part(_ from: Int, _ count: Int) -> Substring { digits.dropFirst(from).prefix(count) }
    return "\(part(0, 4))-\(part(4, 2))-\(part(6, 2))T\(part(8, 2)):\(part(10, 2)):\(part(12, 2))Z"
  }
}
