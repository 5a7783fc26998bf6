internal import Contract
internal import Effects
internal import Faults
internal import JSON
internal import Store
internal import Templates

/// Takes one resource through its states: each change of state and its event are one commit.
struct ResourceLifecycle {
  let context: EngineContext
  let stack: StackRecord
  let operation: OperationRecord
  let scope: CloudScope
  /// Through which a delete is cancelled together with those of nested stacks; nil for every other deletion.
  var deletion: OperationHandle?

  /// Polls are at most this far apart, in milliseconds, whatever a driver asks for.
  private static let longestPoll = 60_000
  private static let shortestPoll = 100

  /// Creates the thing and waits until it is ready. Goes on where an earlier host stopped.
  /// - Parameter policy: the signals without which the thing is not ready.
  func create(_ record: ResourceRecord, desired: JSON, policy: CreationPolicy? = nil) async throws -> ResourceRecord {
    if let type = BuiltInType(rawValue: record.type) { return try await create(type, record, desired: desired, policy: policy) }
    var resource = record
    let provider = try await provider(of: resource)
    let words = resource.making
    if resource.status != words.inProgress {
      resource.status = words.inProgress
      resource.desired = desired
      try await save(&resource, reason: nil)
    }
    do {
      if provider.provision.kind == .lookup {
        (_, resource) = try await runner(provider, "read").run(resource)
      } else {
        if !resource.accepted {
          let completion: Completion
          (completion, resource) = try await create(resource, provider) { completion, resource in
            completion.status == .ready && completion.attributes != nil && policy == nil ? ended(resource, words.complete) : nil
          }
          if completion.status == .failed { throw Interruption.failure(.internal, completion.reason ?? "the cloud gave up on it") }
          if resource.status == words.complete { return resource }
        }
        resource = try await settle(resource, provider, awaiting: "create")
        if let policy { try await awaitSignals(resource, policy) }
      }
    } catch let interruption as Interruption {
      if case .failed(let failure) = interruption { try await fail(resource.id, words.failed, failure.message) }
      throw interruption
    }
    return try await finish(resource, words.complete)
  }

  /// Runs the create op; where the one answer with the thing's secret is lost, deletes the thing and makes the next generation of it.
  private func create(
    _ record: ResourceRecord, _ provider: Provider, ending: @escaping @Sendable (Completion, ResourceRecord) -> StepRunner.Ended?
  ) async throws -> (Completion, ResourceRecord) {
    var resource = record
    while true {
      do {
        var runner = runner(provider, "create")
        runner.ending = ending
        return try await runner.run(resource)
      } catch Interruption.secretLost {
        try await context.timer.sleep(milliseconds: provider.provision.schema?.settleMilliseconds ?? 0)
        do {
          _ = try await runner(provider, "delete").run(resource)
        } catch Interruption.failed(let failure) where failure.code == .notFound {}
        resource.generation += 1
        resource.physicalID = nil
        resource.name = context.naming.name(
          stack: stack.name, createdAt: stack.createdAt, logicalID: resource.logicalID, generation: resource.generation,
          naming: provider.provision.schema?.naming)
        try await save(&resource, reason: "the answer with its secret was lost; it is made anew")
      }
    }
  }

  /// Forgets a thing that stays.
  func keep(_ record: ResourceRecord) async throws {
    _ = try await finish(record, .deleteSkipped, announce: record.status != .pending)
  }

  /// Deletes the thing and waits until it is gone.
  func delete(_ record: ResourceRecord, input: JSON) async throws {
    if let type = BuiltInType(rawValue: record.type) { return try await delete(type, record) }
    var resource = record
    guard resource.status != .pending else { return _ = try await finish(resource, .deleteComplete, announce: false) }
    // What no cloud was asked for is not there: neither a driver nor credentials are needed to know that.
    let isNothing = try await wasNeverAskedFor(resource)
    let provider = isNothing ? nil : try await provider(of: resource)
    if let provider { try await requireDecided(resource, provider) }
    if resource.status != .deleteInProgress {
      resource.status = .deleteInProgress
      resource.accepted = false
      try await save(&resource, reason: nil)
    }
    guard let provider, provider.provision.kind != .lookup else { return _ = try await finish(resource, .deleteComplete) }
    do {
      // A host that died while something could still land has taken "not there" for an answer that it was not yet.
      let mayLand = resource.physicalID == nil ? try await mayStillLand(resource) : false
      if !resource.accepted || mayLand {
        var status: Readiness
        (status, resource) = try await askToDelete(resource, provider, input)
        if resource.status == .deleteComplete { return }
        let landed = Clock.steadyMilliseconds() + Self.landingTime(provider)
        while status == .absent, resource.physicalID == nil, Clock.steadyMilliseconds() < landed, try await mayStillLand(resource) {
          try await context.timer.sleep(milliseconds: min(1000, Int(max(0, landed - Clock.steadyMilliseconds()))))
          // What lands now has not been asked to go.
          resource.accepted = false
          (status, resource) = try await askToDelete(resource, provider, input)
          if resource.status == .deleteComplete { return }
        }
        if status == .absent {
          _ = try await finish(resource, .deleteComplete)
          return
        }
      }
      resource = try await settle(resource, provider, awaiting: "delete")
    } catch Interruption.failed(let failure) {
      let explained = try await explained(failure, of: resource)
      try await fail(resource.id, .deleteFailed, explained.message)
      throw Interruption.failed(explained)
    }
    _ = try await finish(resource, .deleteComplete)
  }

  private func wasNeverAskedFor(_ resource: ResourceRecord) async throws -> Bool {
    guard resource.physicalID == nil else { return false }
    return try await context.store.read { try !$0.hasSentCreate(resource.id, ofStack: resource.stackID) }
  }

  private func askToDelete(_ resource: ResourceRecord, _ provider: Provider, _ input: JSON) async throws -> (Readiness, ResourceRecord) {
    var runner = runner(provider, "delete")
    runner.input = input
    // Where its id is not known, a create may still land: then "not there" is not the end.
    runner.ending = { completion, resource in completion.status == .absent && resource.physicalID != nil ? ended(resource, .deleteComplete) : nil }
    Faults.reach(.deleteBefore)
    defer { Faults.reach(.deleteAfter) }
    do {
      let (completion, deleted) = try await runner.run(resource)
      return (completion.status, deleted)
    } catch Interruption.failed(let failure) where failure.code == .notFound {
      return (.absent, resource)
    }
  }

  /// Whether a create whose outcome nobody knows may still become visible: within the type's landing time, "not there" is no answer yet.
  private func mayStillLand(_ resource: ResourceRecord) async throws -> Bool {
    try await context.store.read { try $0.hasUnresolvedCreate(resource.id) }
  }

  /// After so many milliseconds everything that was asked for is visible, or will never be. It counts from now, not from when the request was sent: the wall
  /// clock may have jumped since.
  static func landingTime(_ provider: Provider) -> Int64 {
    provider.provision.schema.map { Int64($0.settleMilliseconds + $0.landingMaxMilliseconds) } ?? 0
  }

  /// Reads the thing as it is now. It is missing only after two definite answers that it is not there.
  func refresh(_ record: ResourceRecord) async throws {
    guard BuiltInType(rawValue: record.type) == nil else { return }
    let provider = try await provider(of: record)
    guard provider.provision.ops.contains("read") else { return }
    var resource = record
    var drift = Drift.deleted
    for _ in 1...2 {
      var runner = runner(provider, "read")
      runner.awaiting = "refresh"
      let (completion, read) = try await runner.run(record)
      if completion.status != .absent {
        resource = read
        resource.statusReason = completion.status == .failed ? completion.reason : nil
        drift = Drift(desired: resource.desired, actual: completion.properties ?? .null, schema: provider.provision.schema)
        break
      }
      // The attributes that were recorded stay: they are what a person needs to look for the thing.
      resource = record
    }
    resource.drift = drift.json(at: context.clock.seconds)
    if let sentence = drift.sentence { resource.statusReason = sentence }
    try await save(&resource, reason: resource.statusReason ?? "refreshed")
  }

  // MARK: - Waiting

  /// Reads until the thing is where it is to be. There is no time limit on a cloud's own progress.
  func settle(_ record: ResourceRecord, _ provider: Provider, awaiting: String) async throws -> ResourceRecord {
    var resource = record
    var absences = 0
    var told: String?
    while true {
      var runner = runner(provider, "read")
      runner.awaiting = awaiting
      Faults.reach(.pollBefore)
      let (completion, read) = try await runner.run(resource)
      Faults.reach(.pollAfter)
      resource = read
      switch completion.status {
      case .absent where awaiting == "delete": return resource
      case .absent:
        absences += 1
        let patience = max(2, (provider.provision.schema?.landingMaxMilliseconds ?? 0) / 1000)
        guard absences < patience else { throw Interruption.failure(.notFound, "the cloud says that it does not exist") }
        try await context.timer.sleep(milliseconds: 1000)
        continue
      case .ready where awaiting != "delete": return resource
      case .failed: throw Interruption.failure(.internal, completion.reason ?? "the cloud gave up on it")
      case .ready, .pending: absences = 0
      }
      if let reason = completion.reason, reason != told {
        told = reason
        try await announce(resource, "WAITING", reason)
      }
      let wait = completion.nextMilliseconds ?? 2000
      try await context.timer.sleep(milliseconds: min(max(wait, Self.shortestPoll), Self.longestPoll))
    }
  }
}
