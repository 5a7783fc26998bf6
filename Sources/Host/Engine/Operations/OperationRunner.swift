internal import Contract
internal import Effects
internal import JSON
public import Store
internal import Templates

/// Runs one operation to its end, from wherever the store says that it is.
struct OperationRunner {
  let context: EngineContext
  let operation: OperationRecord
  let stack: StackRecord
  let scope: CloudScope
  /// The template that the operation works towards: that of the stack, or of its update.
  let template: Template
  let graph: Graph
  /// Through which a person cancels it.
  let handle: OperationHandle

  init(context: EngineContext, operation: OperationRecord, stack: StackRecord, scope: CloudScope, handle: OperationHandle) throws {
    self.context = context
    self.operation = operation
    self.stack = stack
    self.scope = scope
    self.handle = handle
    template = try Template(json: UpdateInput(operation)?.template ?? stack.template)
    graph = try Graph(template)
  }

  /// How an operation ended.
  enum Ending {
    case succeeded
    case failed(String)
    case cancelled(String)
    case held(String)
  }

  var lifecycle: ResourceLifecycle {
    ResourceLifecycle(context: context, stack: stack, operation: operation, scope: scope)
  }

  /// Runs it.
  func run() async throws -> Ending {
    switch operation.kind {
    case .create: try await create()
    case .update, .rollback: try await update()
    case .delete: try await delete()
    case .action: try await act()
    case .refresh: try await refresh()
    case .sweep: try await deleteArrivals()
    }
  }

  // MARK: - Parts that several kinds share

  /// A failure stands, also for a host that died before it had drawn the consequence: what failed may have made things, and is undone, not begun anew.
  func requireNotFailed(_ record: ResourceRecord) throws {
    guard record.status == .createFailed || record.status == .updateFailed else { return }
    throw Interruption.failure(.internal, record.statusReason ?? "it failed")
  }

  /// Makes the thing of a logical id, with its properties as they are now known.
  func make(_ record: ResourceRecord, _ declared: Template.Resource) async throws {
    let desired: JSON
    do {
      // What was once asked for is asked for again: a host that died in between must not want anything else.
      desired = record.desired.isNull ? try await evaluated(declared) : record.desired
    } catch let error as EvaluationError {
      try await lifecycle.fail(record.id, record.making.failed, error.description)
      throw Interruption.failure(.badRequest, error.description)
    }
    _ = try await lifecycle.create(record, desired: desired, policy: try declared.signals)
  }

  /// The properties of a resource as they are now known.
  func evaluated(_ declared: Template.Resource) async throws -> JSON {
    try declared.properties.evaluated(with: try await values(of: declared.properties.references))
  }

  /// The outputs and exports of the template that has been run.
  func withOutputs(_ stack: StackRecord) async throws -> StackRecord {
    var done = stack
    let values = try await values(of: Set(template.resources.keys))
    done.outputs = try .object(template.outputs.mapValues { try $0.evaluated(with: values) })
    done.exports = try .object(template.exports.mapValues { try $0.evaluated(with: values) })
    return done
  }

  /// What the resources that were under way when the rest was cancelled are told.
  func markCancelled(_ failures: [String: any Error], reason: String) async throws {
    for (id, error) in failures where error is CancellationError {
      guard let resource = try await resource(id), resource.status.isInProgress else { continue }
      try await lifecycle.fail(resource.id, resource.status == .createInProgress ? .createFailed : .updateFailed, reason, isInterrupted: true)
    }
  }

  // MARK: - The store

  func resources() async throws -> [ResourceRecord] {
    let id = stack.id
    return try await context.store.read { try $0.resources(of: id) }
  }

  func resource(_ logicalID: String) async throws -> ResourceRecord? {
    let id = stack.id
    return try await context.store.read { try $0.resource(stackID: id, logicalID: logicalID) }
  }

  private func values(of ids: Set<String>) async throws -> Values {
    let id = stack.id
    let complete = try await context.store.read { transaction in
      try ids.compactMap { try transaction.resource(stackID: id, logicalID: $0) }.filter(\.status.isComplete)
    }
    return Values(complete, pseudo: stack.pseudoParameters(scope))
  }

  /// Makes a state of the stack durable, with its event.
  func save(_ stack: StackRecord, reason: String?, and more: @escaping @Sendable (Transaction) throws -> Void = { _ in }) async throws {
    let operation = operation
    var stack = stack
    stack.statusReason = stack.statusReason.map(Redactor.shared.redact)
    let (stored, reason) = (stack, reason.map(Redactor.shared.redact))
    let event = EventRecord(
      ts: context.clock.milliseconds(), stackID: stack.id, operationID: operation.id, logicalID: stack.name,
      type: "Cld::Stack", physicalID: stack.id, status: stack.status.rawValue, reason: reason)
    try await context.write { transaction in
      try transaction.require(epoch: operation.epoch, of: operation.id)
      try transaction.update(stored)
      try more(transaction)
      try transaction.append(event)
    }
    context.events.notify()
  }

  // MARK: - Failures

  /// A fault of the store says nothing of the cloud: the operation stays open, and nothing is undone for it.
  func rethrowFaults(_ failures: [String: any Error]) throws {
    for error in failures.values where !(error is Interruption) && !(error is CancellationError) { throw error }
  }

  func held(_ failures: [String: any Error]) -> Ending? {
    let interruptions = failures.values.compactMap { $0 as? Interruption }
    for case .failed in interruptions { return nil }
    for case .held(let reason) in interruptions { return .held(reason) }
    return nil
  }

  /// The failures that are causes, not consequences, one sentence each. What only waited for a person did not fail.
  func describe(_ failures: [String: any Error]) -> String {
    failures.filter { !($0.value is CancellationError) && !(($0.value as? Interruption)?.isHeld ?? false) }.sorted { $0.key < $1.key }
      .map { "\($0.key): \($0.value)" }.joined(separator: "; ")
  }
}

extension Values {
  /// What these resources have become.
  init(_ records: [ResourceRecord], pseudo: [String: String]) {
    self.init(
      resources: Dictionary(
        records.filter(\.status.isComplete).map {
          ($0.logicalID, Values.Resource(physicalID: $0.physicalID ?? $0.name, attributes: $0.attributes, properties: $0.desired))
        }, uniquingKeysWith: { first, _ in first }), pseudo: pseudo)
  }
}

extension Template.Resource {
  /// The signals without which a thing of it is not ready; nil for none.
  var signals: CreationPolicy? {
    get throws { creationPolicy.isNull ? nil : try CreationPolicy(json: creationPolicy) }
  }
}

extension StackRecord {
  /// The pseudo parameters of its template (CloudFormation user guide, "Pseudo parameters reference").
  func pseudoParameters(_ scope: CloudScope) -> [String: String] {
    [
      "AWS::Region": scope.region, "AWS::AccountId": scope.account, "AWS::Partition": scope.partition,
      "AWS::StackName": name, "AWS::StackId": arn(scope), "AWS::URLSuffix": scope.partition == "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com",
    ]
  }

  /// The stack's id in CloudFormation's form, as programs that were written for it read it.
  public func arn(_ scope: CloudScope) -> String {
    "arn:\(scope.partition):cloudformation:\(scope.region):\(scope.account):stack/\(name)/\(id)"
  }
}

extension StackRecord {
  /// What an event of a template's stack says of the properties, as CloudFormation's events do; secrets masked.
  func shownProperties(of resource: ResourceRecord, status: String) -> JSON? {
    guard kind == .template, !resource.desired.isNull, status.hasPrefix("CREATE_") || status.hasPrefix("UPDATE_") else { return nil }
    return resource.desired.masked
  }
}
