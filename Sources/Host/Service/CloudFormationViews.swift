internal import Engine
internal import JSON
internal import Store

/// Stacks, events and resources with CloudFormation's own field names, so that what reads the AWS CLI's output reads ours
/// (CloudFormation API reference: DescribeStacks, DescribeStackEvents, DescribeStackResources, DescribeChangeSet).
enum CloudFormationViews {
  /// A member of `Stacks`.
  /// - Parameters:
  ///   - changeSet: the one that was executed last.
  ///   - operation: the newest one that the service has a word for.
  static func stack(_ stack: StackRecord, changeSet: ChangeSetRecord?, operation: OperationRecord?) -> JSON {
    var json: [String: JSON] = [
      "StackId": .string(stack.arn), "StackName": .string(stack.name), "CreationTime": .string(Views.time(stack.createdAt)),
      "StackStatus": .string(stack.status.rawValue), "DisableRollback": false, "NotificationARNs": [], "RollbackConfiguration": [:],
      "DriftInformation": ["StackDriftStatus": "NOT_CHECKED"],
      "Tags": [],
    ]
    // A stack that is gone has neither, as in the service's answers.
    if stack.status != .deleteComplete {
      json["EnableTerminationProtection"] = .bool(stack.settings.isProtected)
      json["ChangeSetId"] = changeSet.map { .string($0.arn(stack)) }
    }
    if let time = stack.updatedAt { json["LastUpdatedTime"] = .string(Views.time(time)) }
    if let time = stack.deletedAt { json["DeletionTime"] = .string(Views.time(time)) }
    if let reason = stack.statusReason { json["StackStatusReason"] = .string(reason) }
    if let description = stack.source["description"]?.string { json["Description"] = .string(description) }
    if let parent = stack.parentID { json["ParentId"] = .string(parent) }
    if let capabilities = stack.source["capabilities"], capabilities.array?.isEmpty == false { json["Capabilities"] = capabilities }
    if let operation, let type = operationType(operation) {
      json["LastOperations"] = [["OperationType": .string(type), "OperationId": .string(operation.id)]]
    }
    let parameters = self.parameters(stack.source)
    if !parameters.isEmpty { json["Parameters"] = .array(parameters) }
    let outputs = self.outputs(stack)
    if !outputs.isEmpty { json["Outputs"] = .array(outputs) }
    return .object(json)
  }

  private static func parameters(_ source: JSON) -> [JSON] {
    (source["shown_parameters"]?.object ?? [:]).sorted { $0.key < $1.key }.map { key, value in
      var parameter: JSON = ["ParameterKey": .string(key), "ParameterValue": value.masked]
      parameter["ResolvedValue"] = source["found_parameters"]?[key]?.masked
      return parameter
    }
  }

  private static func outputs(_ stack: StackRecord) -> [JSON] {
    (stack.outputs.object ?? [:]).sorted { $0.key < $1.key }.map { key, value in
      var output: [String: JSON] = ["OutputKey": .string(key), "OutputValue": value.masked.scalarText.map { .string($0) } ?? value.masked]
      if let description = stack.source["descriptions"]?[key]?.string { output["Description"] = .string(description) }
      if let name = stack.exports[key]?["Name"]?.scalarText { output["ExportName"] = .string(name) }
      return .object(output)
    }
  }

  /// The service's word for what an operation does with a stack; nil where it has none (API reference, "OperationEntry").
  static func operationType(_ operation: OperationRecord) -> String? {
    switch operation.kind {
    case .create: "CREATE_STACK"
    case .update: "UPDATE_STACK"
    case .delete: "DELETE_STACK"
    case .rollback: "CONTINUE_ROLLBACK"
    case .action, .refresh, .sweep: nil
    }
  }

  /// A member of `StackSummaries` of ListStacks.
  static func summary(_ stack: StackRecord) -> JSON {
    var whole = self.stack(stack, changeSet: nil, operation: nil).object ?? [:]
    whole["TemplateDescription"] = whole["Description"]
    let wanted: Set = [
      "StackId", "StackName", "TemplateDescription", "CreationTime", "LastUpdatedTime", "DeletionTime", "StackStatus", "StackStatusReason", "ParentId",
      "DriftInformation",
    ]
    return .object(whole.filter { wanted.contains($0.key) })
  }

  /// The members of `StackEvents`, in the order of the events.
  static func events(_ events: [EventRecord], _ stack: StackRecord) -> [JSON] {
    // The service has no words for waiting and for faults of drivers: they are told as reasons of the status that the resource has.
    var statuses: [String: String] = [:]
    return events.map { event in
      var event = event
      if event.isOfStatus { statuses[event.logicalID] = event.status } else { event.status = statuses[event.logicalID] ?? event.status }
      return self.event(event, stack)
    }
  }

  private static func event(_ event: EventRecord, _ stack: StackRecord) -> JSON {
    let isOfStack = event.type == "Cld::Stack"
    var json: [String: JSON] = [
      "EventId": .string("\(event.logicalID)-\(event.seq)"), "StackId": .string(stack.arn), "StackName": .string(stack.name),
      "LogicalResourceId": .string(event.logicalID), "PhysicalResourceId": .string(isOfStack ? stack.arn : event.physicalID ?? ""),
      "ResourceType": .string(isOfStack ? "AWS::CloudFormation::Stack" : event.type), "ResourceStatus": .string(event.status),
      "Timestamp": .string(Views.time(milliseconds: event.ts)),
    ]
    if let operation = event.operationID { json["OperationId"] = .string(operation) }
    if let reason = event.reason { json["ResourceStatusReason"] = .string(reason) }
    if let properties = event.properties { json["ResourceProperties"] = .string(properties.text) }
    return .object(json)
  }

  /// A member of `StackResources`.
  static func resource(_ resource: ResourceRecord, _ stack: StackRecord) -> JSON {
    var json: [String: JSON] = [
      "StackId": .string(stack.arn), "StackName": .string(stack.name), "LogicalResourceId": .string(resource.logicalID),
      "ResourceType": .string(resource.type), "ResourceStatus": .string(resource.status.rawValue),
      "Timestamp": .string(Views.time(resource.updatedAt)), "DriftInformation": ["StackResourceDriftStatus": "NOT_CHECKED"],
    ]
    if let id = resource.physicalID { json["PhysicalResourceId"] = .string(id) }
    if let reason = resource.statusReason { json["ResourceStatusReason"] = .string(reason) }
    return .object(json)
  }

  /// The answer of DescribeChangeSet.
  static func changeSet(_ changeSet: ChangeSetRecord, _ stack: StackRecord, includesValues: Bool) -> JSON {
    var json: [String: JSON] = [
      "ChangeSetName": .string(changeSet.name), "ChangeSetId": .string(changeSet.arn(stack)), "StackId": .string(stack.arn),
      "StackName": .string(stack.name), "CreationTime": .string(Views.time(changeSet.createdAt)), "Status": .string(changeSet.status.rawValue),
      "ExecutionStatus": .string(changeSet.executionStatus.rawValue), "Capabilities": changeSet.source["capabilities"] ?? [], "NotificationARNs": [],
      "RollbackConfiguration": [:], "IncludeNestedStacks": false, "Changes": changeSet.changes[includesValues ? "with" : "without"] ?? [],
    ]
    if let description = changeSet.description { json["Description"] = .string(description) }
    if let reason = changeSet.statusReason { json["StatusReason"] = .string(reason) }
    let parameters = self.parameters(changeSet.source)
    if !parameters.isEmpty { json["Parameters"] = .array(parameters) }
    return .object(json)
  }

  /// A member of `Summaries` of ListChangeSets.
  static func summary(_ changeSet: ChangeSetRecord, _ stack: StackRecord) -> JSON {
    let whole = self.changeSet(changeSet, stack, includesValues: false).object ?? [:]
    let wanted: Set = ["ChangeSetName", "ChangeSetId", "StackId", "StackName", "CreationTime", "Status", "StatusReason", "ExecutionStatus", "Description"]
    return .object(whole.filter { wanted.contains($0.key) })
  }
}

extension StackRecord {
  /// The stack's id in CloudFormation's form.
  var arn: String { CloudScope(json: scope).map { self.arn($0) } ?? id }
}

extension EventRecord {
  /// Whether its status is one of a stack or a resource, and not a word of ours beside them.
  fileprivate var isOfStatus: Bool { StackStatus(rawValue: status) != nil || ResourceStatus(rawValue: status) != nil }
}

extension ChangeSetRecord {
  fileprivate func arn(_ stack: StackRecord) -> String {
    guard let scope = CloudScope(json: stack.scope) else { return id }
    return "arn:\(scope.partition):cloudformation:\(scope.region):\(scope.account):changeSet/\(name)/\(id)"
  }
}
