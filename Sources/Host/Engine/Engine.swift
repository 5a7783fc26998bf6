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
  let running = Mutex<[String: OperationHandle]>([:])
  /// The operations that were held since the host started, by id.
  let patience = Mutex<[String: Patience]>([:])

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

  /// Whether this host does something with an operation at this moment.
  func isUnderWay(_ id: String) -> Bool { running.withLock { $0.keys.contains(id) } }

  func start(_ id: String) {
    let handle = OperationHandle()
    let isNew = running.withLock { running in
      if running[id] != nil { return false }
      running[id] = handle
      return true
    }
    guard isNew else { return }
    Task {
      var attempts = 0
      var end = await self.run(id, handle)
      // The state could not be read: nothing is known of what to do, so nothing is done until it can be.
      while end == .unreadable {
        attempts += 1
        do { try await context.timer.sleep(milliseconds: min(30_000, 100 << min(attempts, 8))) } catch { break }
        end = await self.run(id, handle)
      }
      _ = self.running.withLock { $0.removeValue(forKey: id) }
      // Who wanted its end while it came to be held was heard by nobody.
      if end == .held(knowingOfWish: false), handle.wasAsked { self.start(id) }
      self.context.events.notify()
    }
  }

  /// How a run of an operation came to its end.
  private enum RunEnd: Equatable {
    /// It has ended, or a person must look at the state first.
    case over
    /// It is held, and it has taken into account that somebody wants its end, or nobody did.
    case held(knowingOfWish: Bool)
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
      if operation.isToBeCancelled { handle.cancel() }
      let credentials = await credentials(of: stack)
      let runner = try OperationRunner(context: context, operation: operation, stack: stack, scope: scope, handle: handle)
      switch try await runner.run() {
      case .succeeded: try await finish(operation, .succeeded, nil)
      case .failed(let reason): try await finish(operation, .failed, reason)
      case .cancelled(let reason): try await finish(operation, .cancelled, reason)
      case .held(let reason):
        let isCancelled = handle.isCancelled
        try await hold(
          operation, isCancelled ? "\(reason); it was cancelled, and ends after that" : reason, before: heldBefore, triedWith: credentials)
        return .held(knowingOfWish: isCancelled || operation.isToBeCancelled)
      }
      return .over
    } catch {
      // The operation stays open, and is taken up by the next host or the next client if not here.
      if error is CorruptRecordError { await holdDamaged(id, "\(error)") }
      context.log.error("operation \(id) stops: \(error)")
      return (error as? SQLiteError)?.isPassing == true ? .unreadable : .over
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

  func event(_ operation: OperationRecord, _ status: OperationRecord.Status, _ reason: String?) -> EventRecord {
    EventRecord(
      ts: context.clock.milliseconds(), stackID: operation.stackID, operationID: operation.id, logicalID: operation.kind.rawValue,
      type: "Cld::Operation", physicalID: operation.id, status: status.rawValue, reason: reason)
  }
}
