internal import Contract
internal import Effects
internal import Faults
internal import JSON
internal import Logging
internal import Store

/// Runs one op of one resource: steps the driver, does the effects that it asks for, and keeps the journal.
///
/// The order is the promise of the journal: an intent is durable before its effect leaves; a result shares the commit of the next
/// intent, or of the op's end; and before any wait everything that is known is durable.
struct StepRunner {
  let context: EngineContext
  let stack: StackRecord
  let operation: OperationRecord
  let scope: CloudScope
  let provider: Provider
  let op: String
  var awaiting: String?
  var input: JSON = .null
  /// Before an update: the properties that were asked for before.
  var previous: JSON = .null
  /// Through which it is cancelled as long as nothing that changes the cloud has left, and only so long.
  var handle: OperationHandle?
  /// Whether what becomes known is stored; logs and lists of an operation that does not exist store nothing.
  var isRecorded = true
  /// Where the end of the op is the end of the resource's part too: what it is then, and its event. Both are in the op's last commit.
  var ending: (@Sendable (Completion, ResourceRecord) -> Ended?)?

  /// A resource whose part in the operation is over.
  struct Ended {
    let resource: ResourceRecord
    let event: EventRecord?
  }

  /// Whether the op may change the cloud; the journal keeps only such ops.
  var mayMutate: Bool { op == "create" || op == "update" || op == "delete" || op.hasPrefix("action:") }

  /// The most effects of one op, and of those the most that change something (plugin-contract.md).
  static let mostEffects = 256
  static let mostMutations = 32
  /// The most that a driver may keep as its own state, in bytes (plugin-contract.md).
  private static let largestState = 65_536
  /// How often a driver may break down on one op before the op fails.
  private static let mostFaults = 5

  /// Runs the op to its end.
  /// - Returns: what the driver said, and the resource with what became known of it, as it is stored.
  /// - Throws: `Interruption`, `CancellationError`, `LostEpochError`, or what the store throws.
  func run(_ resource: ResourceRecord) async throws -> (Completion, ResourceRecord) {
    let turn = await context.turnstile.enter(operation.id)
    defer { context.turnstile.leave(operation.id, turn) }
    // As a task within this one: a task keeps the memory of its deepest call as long as it lives, and most of a resource's life is waiting.
    async let ended = runToEnd(resource)
    return try await ended
  }

  private func runToEnd(_ resource: ResourceRecord) async throws -> (Completion, ResourceRecord) {
    var journal = try await Journal.load(self, resource)
    var resource = resource
    // A handler is run from its start on every step, so what it is told of the thing must stay as it was at the start; what
    // becomes known on the way is recorded, and told when the op starts again.
    var told = request(resource)
    try await resolve(&journal, &resource)
    var faults = 0
    var attempts = 0
    while true {
      let answer: StepAnswer
      do {
        answer = try await step(told, journal)
      } catch let fault as DriverFault {
        if fault.isUnavailable { throw Interruption.held(reason: fault.evidence) }
        faults += 1
        try await note(resource, "DRIVER_FAULT", fault.evidence)
        guard faults < Self.mostFaults else { throw Interruption.failure(.internal, "\(provider.manifest.name): \(fault.evidence)") }
        continue
      }
      for line in answer.log { context.log.info("\(resource.logicalID): \(line)") }
      switch answer.outcome {
      case .effect(let request, let known):
        try merge(known, into: &resource, journal)
        if Task.isCancelled {
          // What the last answer made known is kept; only nothing more is asked for.
          try await journal.flush(self, resource, event: nil)
          throw CancellationError()
        }
        try await perform(request, &journal, &resource)
      case .retry(let milliseconds, let reason, let fromStart):
        if fromStart {
          let mayExist = op == "create" && journal.mutations > 0 && resource.physicalID == nil
          journal.dropAll()
          // Another version of the driver asks for other things: what the old one has made already is looked for first.
          if mayExist { resource = try await found(resource) }
          told = request(resource)
        } else {
          journal.dropLast()
        }
        try await journal.flush(self, resource, event: waiting(resource, reason))
        try await context.timer.sleep(milliseconds: max(milliseconds, 50))
      case .done(let completion):
        try merge(StepAnswer.Known(id: completion.id, attributes: completion.attributes, state: completion.state), into: &resource, journal)
        if let properties = completion.properties { resource.properties = properties }
        // One commit: the cloud has accepted, and the effects that led there are no history for another attempt.
        if mayMutate {
          resource.accepted = true
          journal.dropAll()
        }
        // A poll that found nothing new leaves the record as it is, and costs no commit.
        if journal.isNew(resource) { resource.updatedAt = context.clock.seconds }
        let isBegun = op == "create" && resource.physicalID != nil
        let begun = isBegun ? event(resource, resource.status.rawValue, "Resource creation Initiated") : nil
        guard let ended = ending?(completion, resource) else {
          try await journal.flush(self, resource, event: begun)
          return (completion, resource)
        }
        Faults.reach(.finishBefore)
        try await journal.flush(self, ended.resource, event: begun, last: ended.event)
        Faults.reach(.finishAfter)
        return (completion, ended.resource)
      case .fail(let failure) where failure.code.isTransient:
        attempts += 1
        journal.dropLast()
        try await journal.flush(self, resource, event: waiting(resource, failure.message))
        try await context.timer.sleep(milliseconds: Self.backOff(attempts))
      case .fail(let failure):
        // The attempt is over, and the outcome of each of its effects is known: another attempt asks anew.
        journal.dropAll()
        try await journal.flush(self, resource, event: nil)
        if failure.code == .unauthenticated { throw Interruption.held(reason: failure.message) }
        throw Interruption.failed(failure)
      }
    }
  }

  /// A resource with the id of its thing, where a look by its identity finds that.
  private func found(_ resource: ResourceRecord) async throws -> ResourceRecord {
    try await settle()
    let (completion, read) = try await look(awaiting: "create").run(resource)
    return completion.status == .absent ? resource : read
  }

  // MARK: - Stepping

  /// What the driver is told at each step of the op; only the history grows.
  private func request(_ resource: ResourceRecord) -> StepRequest {
    let schema = provider.provision.schema
    return StepRequest(
      op: op, type: resource.type, operation: operation.id, awaiting: awaiting, name: resource.name, tags: tags(of: resource),
      now: mayMutate ? operation.createdAt : context.clock.seconds, desired: schema?.typed(resource.desired) ?? resource.desired,
      previous: schema?.typed(previous) ?? previous,
      current: [
        "id": resource.physicalID.map { .string($0) } ?? .null, "properties": resource.properties,
        "attributes": resource.attributes, "state": resource.state,
      ], input: input, config: scope.config)
  }

  private func step(_ told: StepRequest, _ journal: Journal) async throws -> StepAnswer {
    var request = told
    request.history = journal.history
    if !mayMutate { request.now = context.clock.seconds }
    Faults.reach(.stepBefore)
    let json = try await context.drivers.step(plugin: provider.manifest.name, request: request.json)
    Faults.reach(.stepAfter)
    do {
      return try StepAnswer(json: json)
    } catch {
      await context.drivers.discardWorkers(of: provider.manifest.name)
      throw DriverFault(evidence: "\(provider.manifest.name) broke the contract in \(op) of \(told.type): \(error)")
    }
  }

  func tags(of resource: ResourceRecord) -> [String: String] {
    context.naming.tags(
      stack: stack.name, stackID: stack.id, logicalID: resource.logicalID, resourceID: resource.identity, generation: resource.generation)
  }

  /// Takes over what the driver says it knows. An id that the host has not seen itself is refused.
  private func merge(_ known: StepAnswer.Known, into resource: inout ResourceRecord, _ journal: Journal) throws {
    if let id = known.id, id != resource.physicalID {
      // A read looks at the thing that is recorded; another id is another thing.
      // What is only looked up may have another answer now.
      if op == "read", provider.provision.kind == .resource, let recorded = resource.physicalID {
        throw Interruption.failure(
          .internal, "\(provider.manifest.name) changes the id of \(resource.type) from '\(recorded)' to '\(id)' between two reads")
      }
      guard journal.hasSeen(id, resource) else {
        throw Interruption.failure(
          .internal, "\(provider.manifest.name) reports the id '\(id)' for \(resource.type), which the cloud never answered")
      }
      if let schema = provider.provision.schema, schema.owner == .own, schema.tagProperty != nil,
        journal.isOnlyRead(id, resource, tag: tags(of: resource)["cld:resource"] ?? "")
      {
        throw Interruption.failure(
          .conflict, "\(provider.manifest.name) reports '\(id)' for \(resource.type), a thing that nothing of ours made and that does not have our tags")
      }
      resource.physicalID = id
    }
    if let attributes = known.attributes { resource.attributes = attributes }
    if let state = known.state {
      guard state.text.utf8.count <= Self.largestState else {
        throw Interruption.failure(.internal, "\(provider.manifest.name) keeps a state of more than \(Self.largestState) bytes for \(resource.type)")
      }
      resource.state = state
    }
  }

  // MARK: - Events

  func waiting(_ resource: ResourceRecord, _ reason: String) -> EventRecord? {
    reason.isEmpty ? nil : event(resource, "WAITING", reason)
  }

  private func event(_ resource: ResourceRecord, _ status: String, _ reason: String) -> EventRecord {
    EventRecord(
      ts: context.clock.milliseconds(), stackID: stack.id, operationID: operation.id, logicalID: resource.logicalID,
      type: resource.type, physicalID: resource.physicalID, status: status, reason: Redactor.shared.redact(reason),
      properties: stack.shownProperties(of: resource, status: status))
  }

  private func note(_ resource: ResourceRecord, _ status: String, _ reason: String) async throws {
    let event = event(resource, status, reason)
    let (epoch, id) = (operation.epoch, operation.id)
    try await context.write { transaction in
      try transaction.require(epoch: epoch, of: id)
      try transaction.append(event)
    }
    context.events.notify()
  }

  /// Full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter"): up to 0.5 s · 2ⁿ, at most 30 s.
  static func backOff(_ attempts: Int) -> Int { Int.random(in: 100...min(30_000, 500 << min(attempts, 6))) }
}
