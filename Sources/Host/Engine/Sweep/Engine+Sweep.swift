internal import Contract
internal import Effects
internal import Faults
internal import JSON
internal import Logging
internal import Store

/// Looks for what creates whose answers were lost have made after all (architecture.md, rule 9 of the journal).
///
/// Such a request may still be executed after a repetition of it was answered, even after what that made is deleted again. So it is looked for once
/// the operation has ended and the type's landing time has surely passed: by name where names are unique, by tags elsewhere.
extension Engine {
  /// Sweeps whenever something is due, for as long as the task lives.
  public func keepSweeping() async {
    // Since when the operation of a resource is known to have ended, by the steady clock.
    var since: [String: Int64] = [:]
    while !Task.isCancelled {
      let seen = context.ends.count
      var pause: Int64 = 60_000
      do {
        pause = try await sweep(&since)
      } catch is CancellationError {
        return
      } catch {
        // Nothing is known of what is recorded, so nothing is deleted.
        context.log.error("late arrivals cannot be looked for: \(error)")
        pause = 5_000
      }
      if Faults.isRemoved(.patience) { pause = 20 }
      await context.wait(for: context.ends, since: seen, milliseconds: Int(pause))
    }
  }

  /// Sweeps what is due. - Returns: after how many milliseconds to look again.
  private func sweep(_ since: inout [String: Int64]) async throws -> Int64 {
    var pause: Int64 = 60_000
    let unresolved = try await context.store.read { try $0.resourcesWithUnresolvedCreates() }
    since = since.filter { unresolved.contains($0.key) }
    for id in unresolved {
      guard let subject = try await sweepable(id) else { continue }
      guard subject.isIdle || Faults.isRemoved(.patience) else {
        since[id] = nil
        continue
      }
      let now = Clock.steadyMilliseconds()
      let due = (since[id] ?? now) + ResourceLifecycle.landingTime(subject.provider)
      since[id] = since[id] ?? now
      guard due <= now || Faults.isRemoved(.patience) else {
        pause = min(pause, due - now)
        continue
      }
      guard await context.accounts.hasCredentials(for: subject.scope) else {
        pause = min(pause, 15_000)
        continue
      }
      do {
        Faults.reach(.sweepBefore)
        try await sweep(subject)
        Faults.reach(.sweepAfter)
      } catch let interruption as Interruption {
        context.log.notice("\(subject.resource.logicalID) of \(subject.stack.name) cannot be swept: \(interruption)")
        pause = min(pause, 15_000)
      } catch is RequestError {
        // A new operation has begun on the stack: its end brings us back.
        since[id] = nil
      }
    }
    return max(20, pause)
  }

  /// A resource that is swept.
  private struct Sweepable: Sendable {
    var resource: ResourceRecord
    var stack: StackRecord
    var scope: CloudScope
    var provider: Provider
    /// Whether no operation runs on the stack.
    var isIdle: Bool
  }

  private func sweepable(_ id: String) async throws -> Sweepable? {
    let found = try await context.store.read { transaction -> (ResourceRecord, StackRecord, Bool)? in
      guard let resource = try transaction.resource(id: id), let stack = try transaction.stack(id: resource.stackID) else { return nil }
      return (resource, stack, try transaction.operations(stackID: stack.id).allSatisfy(\.status.isFinal))
    }
    guard let (resource, stack, isIdle) = found, let scope = CloudScope(json: stack.scope),
      let provider = await context.drivers.provider(ofType: resource.type, boundTo: resource.plugin)
    else { return nil }
    // A person decides, and a delete waits for that.
    guard try await context.undecidedCreate(of: id, by: provider) == nil else { return nil }
    return Sweepable(resource: resource, stack: stack, scope: stack.scope(of: provider, else: scope), provider: provider, isIdle: isIdle)
  }

  private func sweep(_ subject: Sweepable) async throws {
    let (resource, stack) = (subject.resource, subject.stack)
    let tags = context.naming.tags(
      stack: stack.name, stackID: stack.id, logicalID: resource.logicalID, resourceID: resource.identity, generation: resource.generation)
    let items = try await things(subject, tags)
    let recorded = try await recorded(stack)
    switch LateArrivals(items: items, tags: tags, recorded: recorded) {
    case .none:
      try await context.write { try $0.settleCreates(of: resource.id, outcome: ["settled": true]) }
    case .found(let ids):
      try await accept(ids, of: resource, stack)
    case .tooMany(let ids):
      let event = EventRecord(
        ts: context.clock.milliseconds(), stackID: stack.id, operationID: nil, logicalID: resource.logicalID, type: resource.type,
        physicalID: resource.physicalID, status: "SWEEP_HELD",
        reason: "\(ids.count) things have the tags of this resource and are not recorded; that is more than the \(LateArrivals.most) that are deleted unasked: look into the account at \(ids.joined(separator: ", "))")
      try await context.write { transaction in
        try transaction.settleCreates(of: resource.id, outcome: ["held": .array(ids.map { .string($0) })])
        try transaction.append(event)
      }
      context.events.notify()
    }
  }

  /// The ids of everything that is recorded of the stack. A store that cannot be read has no answer, not an empty one.
  private func recorded(_ stack: StackRecord) async throws -> Set<String> {
    do {
      return try await context.store.read { Set(try $0.existingResources(of: stack.id).compactMap(\.physicalID)) }
    } catch where Faults.isRemoved(.readable) {
      return []
    }
  }

  /// All things of the resource that there are, {id, tags}.
  private func things(_ subject: Sweepable, _ tags: [String: String]) async throws -> [JSON] {
    switch subject.provider.provision.schema?.identity {
    case .tagged, .token:
      guard subject.provider.provision.ops.contains("list") else { return [] }
      return try await listed(subject, tags)
    case .named, .keyed:
      // While it is recorded its name is taken, and nothing else can come.
      guard !subject.resource.status.mayExist, subject.provider.provision.kind == .resource else { return [] }
      return try await named(subject, tags)
    case Optional.none, .some(.none): return []
    }
  }

  /// The thing that is there under the resource's name, if it has its tags.
  private func named(_ subject: Sweepable, _ tags: [String: String]) async throws -> [JSON] {
    let look = StepRunner.look(
      for: "sweep", awaiting: "create", context: context, stack: subject.stack, scope: subject.scope, provider: subject.provider)
    let (completion, read) = try await look.run(subject.resource)
    // Another's thing of that name does not get here: an id that is only read must show our tags.
    guard completion.status != .absent, let id = read.physicalID else { return [] }
    return [["id": .string(id), "tags": .object(tags.mapValues { .string($0) })]]
  }

  /// All things that the cloud lists with these tags.
  private func listed(_ subject: Sweepable, _ tags: [String: String]) async throws -> [JSON] {
    var items: [JSON] = []
    var cursor: JSON = .null
    // A driver that always says there is more must not hold the sweep for ever.
    for _ in 0..<100 {
      let input: JSON = ["tags": .object(tags.mapValues { .string($0) }), "cursor": cursor]
      let look = StepRunner.look(
        "list", for: "sweep", input: input, context: context, stack: subject.stack, scope: subject.scope, provider: subject.provider)
      let (completion, _) = try await look.run(subject.resource)
      items += completion.items ?? []
      guard let next = completion.cursor else { break }
      cursor = .string(next)
    }
    return items
  }

  /// Records what came late and starts the operation that deletes it, in one commit: from then on it is known, whatever happens.
  private func accept(_ ids: [String], of resource: ResourceRecord, _ stack: StackRecord) async throws {
    let now = context.clock.seconds
    let operation = OperationRecord(
      id: "op-" + (try Store.identifier()), stackID: stack.id, kind: .sweep, status: .running, input: ["resource": .string(resource.id)], createdAt: now)
    let arrivals = try ids.map { id in
      ResourceRecord(
        id: "res-" + (try Store.identifier()), stackID: stack.id, logicalID: resource.logicalID, type: resource.type, plugin: resource.plugin,
        generation: resource.generation, name: resource.name, physicalID: id, status: .createComplete, desired: resource.desired, createdAt: now,
        updatedAt: now, isSuperseded: true, change: ResourceChangeRecord(operationID: operation.id, kind: .arrival(of: resource.identity)))
    }
    context.log.notice("\(resource.logicalID) of \(stack.name) has come \(ids.count) times more than is recorded: \(ids.joined(separator: ", ")) will be deleted")
    _ = try await accept(
      Acceptance(operation: operation, idempotencyKey: nil) { transaction in
        if !Faults.isRemoved(.patience) { try Engine.requireIdle(transaction, stack) }
        for arrival in arrivals { try transaction.insert(arrival) }
        try transaction.settleCreates(of: resource.id, outcome: ["found": .array(ids.map { .string($0) })])
      })
  }
}
