internal import Effects
internal import Faults
internal import JSON
public import Logging
public import Store
internal import Synchronization
internal import Templates

/// Accepts changes, runs them, and takes them up again after a crash.
public final class Engine: Sendable {
  let context: EngineContext
  private let running = Mutex<[String: OperationHandle]>([:])
  /// When a held operation is tried again, and how often it was.
  private let patience = Mutex<[String: (attempts: Int, next: Int64)]>([:])

  /// An engine over these parts.
  public init(
    store: Store, drivers: any Drivers, gateway: any EffectGateway, accounts: any Accounts, signals: any SignalAddress = NoSignalAddress(), clock: Clock = .system,
    log: Logger
  ) {
    context = EngineContext(
      store: store, drivers: drivers, gateway: gateway, accounts: accounts, naming: Naming(installation: store.installation),
      clock: clock, timer: Timer(), events: EventSignal(), ends: EventSignal(), signals: signals, log: log)
  }

  // MARK: - Accepting

  /// What is to be stored when a change is accepted.
  struct Acceptance: Sendable {
    var operation: OperationRecord
    var idempotencyKey: String?
    /// What else belongs into the same commit.
    var body: @Sendable (Transaction) throws -> Void
  }

  /// Makes a change durable, in one commit, and starts it. A request that was accepted before under the same key is not done again.
  func accept(_ acceptance: Acceptance) async throws -> OperationRecord {
    let operation = acceptance.operation
    let earlier: OperationRecord? = try await context.store.write { transaction in
      if let key = acceptance.idempotencyKey, let earlier = try transaction.operation(idempotencyKey: key) { return earlier }
      try acceptance.body(transaction)
      try transaction.insert(operation, idempotencyKey: acceptance.idempotencyKey)
      return nil
    }
    if let earlier { return earlier }
    context.events.notify()
    start(operation.id)
    return operation
  }

  // MARK: - Running

  /// Takes up every operation that has not ended, if there are credentials for its account.
  /// A client that comes with credentials calls this, so that what a crash left goes on.
  /// - Parameter patiently: whether an operation that was held again and again is left alone for a while.
  public func resume(patiently: Bool = false) async throws {
    let open = try await context.store.read { try $0.openOperations() }
    let now = context.clock.milliseconds()
    for operation in open where !running.withLock({ $0.keys.contains(operation.id) }) {
      if patiently, patience.withLock({ $0[operation.id]?.next ?? 0 }) > now { continue }
      guard let (stack, scope) = try await whole(operation) else { continue }
      var isReachable = true
      for place in stack.scopes where isReachable { isReachable = await context.accounts.hasCredentials(for: place) }
      if isReachable {
        // The client that brought the credentials may ask at once how it goes: it goes on from here.
        try await context.store.write { transaction in
          guard try transaction.operation(id: operation.id)?.status == .held else { return }
          try transaction.update(operationID: operation.id, status: .running, reason: nil, finishedAt: nil)
        }
        start(operation.id)
      } else if operation.status != .held {
        try await hold(operation, Self.needsCredentials(stack, scope), before: operation.reason)
      }
    }
    // With a client's credentials a sweep that had none can be made.
    context.ends.notify()
  }

  /// The scopes of operations that have not ended and do not run: held, or left by a host that died; and those in which late arrivals cannot be looked for
  /// because no client has come for them.
  public func stalledScopes() async throws -> Set<CloudScope> {
    let running = running.withLock { Set($0.keys) }
    var scopes = try await context.store.read { transaction in
      let stalled = try transaction.openOperations().filter { !running.contains($0.id) }
      return Set(try stalled.compactMap { try transaction.stack(id: $0.stackID) }.flatMap(\.scopes))
    }
    for scope in try await unsweptScopes() where await !context.accounts.hasCredentials(for: scope) { scopes.insert(scope) }
    return scopes
  }

  /// Tries held operations again, after half a minute and then ever less often, for as long as the task lives: a network that was gone comes back, and
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

  /// Asks a running operation to end; a creation is undone. The wish is durable: a host that dies takes it up again.
  public func cancel(operationID: String) async throws {
    guard let operation = try await context.store.read({ try $0.operation(id: operationID) }) else {
      throw RequestError.notFound("there is no operation \(operationID): `cld operation list` shows them")
    }
    guard !operation.status.isFinal else { throw RequestError.conflict("operation \(operationID) has ended: \(operation.status.rawValue)") }
    guard operation.kind == .create || operation.kind == .update else {
      throw RequestError.conflict("operation \(operationID) is a \(operation.kind.rawValue), which cannot be cancelled; only a create and an update can")
    }
    try await context.store.write { transaction in
      var input = operation.input
      input["cancelled"] = true
      try transaction.update(operationID: operationID, input: input)
    }
    if let handle = running.withLock({ $0[operationID] }) { handle.cancel() } else { try await resume() }
  }

  /// Asks the running change of a stack to end.
  public func cancelChange(ofStack name: String) async throws -> OperationRecord {
    let stack = try await template(named: name)
    guard let operation = try await context.store.read({ try $0.operations(stackID: stack.id) }).first(where: { !$0.status.isFinal }) else {
      throw RequestError.conflict("stack \(name) is \(stack.status.rawValue): there is nothing to cancel")
    }
    try await cancel(operationID: operation.id)
    return operation
  }

  /// Whether this host does something with an operation at this moment.
  func isUnderWay(_ id: String) -> Bool { running.withLock { $0.keys.contains(id) } }

  /// Lets a held operation be tried again without waiting for its time.
  func loseNoTime(with id: String) { _ = patience.withLock { $0.removeValue(forKey: id) } }

  private func start(_ id: String) {
    let handle = OperationHandle()
    let isNew = running.withLock { running in
      if running[id] != nil { return false }
      running[id] = handle
      return true
    }
    guard isNew else { return }
    Task {
      var attempts = 0
      // The state could not be read: nothing is known of what to do, so nothing is done until it can be.
      while await self.run(id, handle) == .unreadable {
        attempts += 1
        do { try await context.timer.sleep(milliseconds: min(30_000, 100 << min(attempts, 8))) } catch { break }
      }
      _ = self.running.withLock { $0.removeValue(forKey: id) }
      self.context.events.notify()
    }
  }

  /// How a run of an operation came to its end.
  private enum RunEnd {
    /// It has ended or is held, or a person must look at the state first.
    case over
    /// The state cannot be read at the moment.
    case unreadable
  }

  private func run(_ id: String, _ handle: OperationHandle) async -> RunEnd {
    do {
      Faults.reach(.claimBefore)
      let found: (OperationRecord, StackRecord, reason: String?)? = try await context.write { transaction in
        let epoch = try transaction.takeUp(operationID: id)
        guard var operation = try transaction.operation(id: id), !operation.status.isFinal,
          let stack = try transaction.stack(id: operation.stackID)
        else { return nil }
        let reason = operation.reason
        operation.epoch = epoch
        operation.status = .running
        try transaction.update(operationID: id, status: .running, reason: nil, finishedAt: nil)
        return (operation, stack, reason)
      }
      Faults.reach(.claimAfter)
      guard let (operation, stack, heldBefore) = found else { return .over }
      guard let scope = CloudScope(json: stack.scope) else {
        throw CorruptRecordError(description: "stacks: \(stack.id) has no scope")
      }
      if operation.input["cancelled"] == true { handle.cancel() }
      let runner = try OperationRunner(context: context, operation: operation, stack: stack, scope: scope, handle: handle)
      switch try await runner.run() {
      case .succeeded: try await finish(operation, .succeeded, nil)
      case .failed(let reason): try await finish(operation, .failed, reason)
      case .cancelled(let reason): try await finish(operation, .cancelled, reason)
      case .held(let reason): try await hold(operation, reason, before: heldBefore)
      }
      return .over
    } catch {
      // The operation stays open, and is taken up by the next host or the next client if not here.
      if error is CorruptRecordError { await holdDamaged(id, "\(error)") }
      context.log.error("operation \(id) stops: \(error)")
      return (error as? SQLiteError)?.isPassing == true ? .unreadable : .over
    }
  }

  /// The stack of an operation and where it is; nil, and the operation is held, when its row is damaged. The other operations go on.
  private func whole(_ operation: OperationRecord) async throws -> (StackRecord, CloudScope)? {
    do {
      guard let stack = try await context.store.read({ try $0.stack(id: operation.stackID) }), let scope = CloudScope(json: stack.scope) else {
        throw CorruptRecordError(description: "stacks: \(operation.stackID) is not there, or has no scope")
      }
      return (stack, scope)
    } catch let error as CorruptRecordError {
      await holdDamaged(operation.id, "\(error)")
      return nil
    }
  }

  /// Holds an operation whose rows are not what any cld writes: a person must look.
  private func holdDamaged(_ id: String, _ what: String) async {
    do {
      guard let operation = try await context.store.read({ try $0.operation(id: id) }) else { return }
      try await hold(operation, "the state is damaged: \(what); put a backup of the folder data back, or mend the row with sqlite3 while no host runs", before: operation.reason)
    } catch {
      context.log.error("operation \(id) cannot be held: \(error)")
    }
  }

  private func finish(_ operation: OperationRecord, _ status: OperationRecord.Status, _ reason: String?) async throws {
    let reason = reason.map(Redactor.shared.redact)
    _ = patience.withLock { $0.removeValue(forKey: operation.id) }
    let event = self.event(operation, status, reason)
    let now = context.clock.seconds
    try await context.write { transaction in
      try transaction.require(epoch: operation.epoch, of: operation.id)
      try transaction.update(operationID: operation.id, status: status, reason: reason, finishedAt: now)
      try transaction.append(event)
    }
    context.log.info("operation \(operation.id) \(status.rawValue) \(reason ?? "")")
    context.events.notify()
    context.ends.notify()
  }

  /// - Parameter before: why it was held the last time; the same reason is told once.
  private func hold(_ operation: OperationRecord, _ reason: String, before: String?) async throws {
    let reason = Redactor.shared.redact(reason)
    let event = self.event(operation, .held, reason)
    let now = context.clock.milliseconds()
    patience.withLock { patience in
      let attempts = (patience[operation.id]?.attempts ?? 0) + 1
      patience[operation.id] = (attempts, now + Int64(min(600_000, 15_000 << min(attempts, 6))))
    }
    try await context.write { transaction in
      try transaction.update(operationID: operation.id, status: .held, reason: reason, finishedAt: nil)
      if reason != before { try transaction.append(event) }
    }
    context.log.notice("operation \(operation.id) held: \(reason)")
    context.events.notify()
  }

  private func event(_ operation: OperationRecord, _ status: OperationRecord.Status, _ reason: String?) -> EventRecord {
    EventRecord(
      ts: context.clock.milliseconds(), stackID: operation.stackID, operationID: operation.id, logicalID: operation.kind.rawValue,
      type: "Cld::Operation", physicalID: operation.id, status: status.rawValue, reason: reason)
  }

  static func needsCredentials(_ stack: StackRecord, _ scope: CloudScope) -> String {
    "\(stack.name) belongs to \(scope.cloud) account \(scope.account) in \(scope.region), and no client has come with credentials for it since the host started"
  }
}
