internal import Effects
internal import Logging
internal import Store
internal import Synchronization

/// Takes up what a crash has left, or what is held.
extension Engine {
  /// Takes up every operation that has not ended, if there are credentials for its account, or somebody wants it to end.
  /// - Parameter patiently: whether an operation that is held is left alone until something may have changed: the credentials are others, its time has come, or
  ///   a person has asked for it (`loseNoTime`).
  public func resume(patiently: Bool = false) async throws {
    let open = try await context.store.read { try $0.openOperations() }
    for operation in open where !isUnderWay(operation.id) {
      let credentials: [CredentialsMark?]
      let (stack, scope): (StackRecord, CloudScope)
      do {
        (stack, scope) = try await whole(operation)
        credentials = await self.credentials(of: stack)
      } catch let error as CorruptRecordError {
        // The other operations go on.
        if !patiently || isPatienceOver(operation.id, with: []) { await holdDamaged(operation.id, "\(error)") }
        continue
      }
      if patiently, !isPatienceOver(operation.id, with: credentials) { continue }
      if !credentials.contains(nil) || operation.isToBeCancelled {
        // The client that brought the credentials may ask at once how it goes: it goes on from here.
        try await context.store.write { transaction in
          guard let current = try transaction.operation(id: operation.id), current.status == .held else { return }
          try transaction.update(operationID: operation.id, status: .running, reason: current.reason, finishedAt: nil)
        }
        start(operation.id)
      } else if operation.status != .held {
        try await hold(operation, Self.needsCredentials(stack, scope), before: operation.reason, triedWith: credentials)
      }
    }
    // With a client's credentials a sweep that had none can be made.
    context.ends.notify()
  }

  /// Tries held operations again, after some seconds and then ever less often, for as long as the task lives: a network that was gone comes back, and
  /// files with credentials are renewed, without anybody telling the host.
  public func keepResuming() async {
    while !Task.isCancelled {
      do {
        try await context.timer.sleep(milliseconds: 15_000)
        try await resume(patiently: true)
      } catch is CancellationError {
        return
      } catch {
        context.log.error("held operations cannot be read: \(error)")
      }
    }
  }

  /// Lets a held operation be tried again without waiting for its time: a person has asked for it.
  public func loseNoTime(with id: String) { _ = patience.withLock { $0.removeValue(forKey: id) } }

  /// Takes a held operation up at once.
  func goOn(_ operationID: String) async throws -> OperationRecord {
    loseNoTime(with: operationID)
    try await resume(patiently: true)
    guard let operation = try await context.store.read({ try $0.operation(id: operationID) }) else {
      throw RequestError.notFound("there is no operation \(operationID): `cld operation list` shows them")
    }
    return operation
  }

  /// The scopes of operations that have not ended and do not run: held, or left by a host that died; and those in which late arrivals cannot be looked for
  /// because no client has come for them.
  public func stalledScopes() async throws -> Set<CloudScope> {
    let running = running.withLock { Set($0.keys) }
    var (scopes, unswept) = try await context.store.read { transaction in
      let stalled = try transaction.openOperations().filter { !running.contains($0.id) }
      let stacks = try (Set(stalled.map(\.stackID)), Set(transaction.stacksWithUnresolvedCreates()))
      return (Set(try stacks.0.compactMap { try transaction.stack(id: $0) }.flatMap(\.scopes)), Set(try stacks.1.compactMap { try transaction.stack(id: $0) }.flatMap(\.scopes)))
    }
    for scope in unswept where await !context.accounts.hasCredentials(for: scope) { scopes.insert(scope) }
    return scopes
  }

  // MARK: - Holding

  /// The credentials that this host holds for the scopes of a stack; nil for one that no client has come for.
  func credentials(of stack: StackRecord) async -> [CredentialsMark?] {
    var out: [CredentialsMark?] = []
    for scope in stack.scopes { out.append(await context.accounts.credentials(for: scope)) }
    return out
  }

  /// - Parameters:
  ///   - before: why it was held the last time; the same reason is told once.
  ///   - credentials: those with which it was tried.
  func hold(_ operation: OperationRecord, _ reason: String, before: String?, triedWith credentials: [CredentialsMark?]) async throws {
    let reason = Redactor.shared.redact(reason)
    let event = self.event(operation, .held, reason)
    patience.withLock { $0[operation.id, default: Patience()].hold(with: credentials, at: Clock.steadyMilliseconds()) }
    try await context.write { transaction in
      try transaction.update(operationID: operation.id, status: .held, reason: reason, finishedAt: nil)
      if reason != before { try transaction.append(event) }
    }
    context.log.notice("operation \(operation.id) held: \(reason)")
    context.events.notify()
  }

  /// Holds an operation whose rows are not what any cld writes: a person must look.
  func holdDamaged(_ id: String, _ what: String) async {
    do {
      guard let operation = try await context.store.read({ try $0.operation(id: id) }) else { return }
      try await hold(
        operation, "the state is damaged: \(what); put a backup of the folder data back, or mend the row with sqlite3 while no host runs", before: operation.reason,
        triedWith: [])
    } catch {
      context.log.error("operation \(id) cannot be held: \(error)")
    }
  }

  /// The stack of an operation and where it is.
  private func whole(_ operation: OperationRecord) async throws -> (StackRecord, CloudScope) {
    guard let stack = try await context.store.read({ try $0.stack(id: operation.stackID) }), let scope = CloudScope(json: stack.scope) else {
      throw CorruptRecordError(description: "stacks: \(operation.stackID) is not there, or has no scope")
    }
    return (stack, scope)
  }

  private func isPatienceOver(_ id: String, with credentials: [CredentialsMark?]) -> Bool {
    patience.withLock { $0[id]?.isOver(with: credentials, at: Clock.steadyMilliseconds()) ?? true }
  }

  private static func needsCredentials(_ stack: StackRecord, _ scope: CloudScope) -> String {
    "\(stack.name) belongs to \(scope.cloud) account \(scope.account) in \(scope.region), and no client has come with credentials for it since the host started"
  }
}
