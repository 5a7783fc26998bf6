internal import Logging
internal import Store

/// What every part of the engine works with. A class, since every task that waits has it.
final class EngineContext: Sendable {
  let store: Store
  let drivers: any Drivers
  let gateway: any EffectGateway
  let accounts: any Accounts
  let naming: Naming
  let clock: Clock
  let timer: Timer
  let turnstile: Turnstile
  let events: EventSignal
  /// Says that an operation has ended.
  let ends: EventSignal
  let signals: any SignalAddress
  let log: Logger

  init(
    store: Store, drivers: any Drivers, gateway: any EffectGateway, accounts: any Accounts, naming: Naming, clock: Clock, timer: Timer,
    events: EventSignal, ends: EventSignal, signals: any SignalAddress, log: Logger
  ) {
    self.store = store
    self.drivers = drivers
    self.gateway = gateway
    self.accounts = accounts
    self.naming = naming
    self.clock = clock
    self.timer = timer
    turnstile = Turnstile(timer: timer)
    self.events = events
    self.ends = ends
    self.signals = signals
    self.log = log
  }

  /// Makes a change of a running operation durable, however long the disk is full, locked or read-only: what the cloud has answered is known here alone, and
  /// the operation waits rather than forget it.
  func write<Result: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Result) async throws -> Result {
    var attempts = 0
    while true {
      do {
        return try await store.write(body)
      } catch let error as SQLiteError where error.isPassing {
        if attempts == 0 {
          log.error("the state cannot be written, and what runs waits: \(error.sentence)")
          // Those who follow an operation are told why nothing happens.
          events.notify()
        }
        let (timer, pause) = (timer, min(5_000, 50 << min(attempts, 7)))
        attempts += 1
        // In a task of its own: a cancelled operation waits for the disk all the same.
        try await Task { try await timer.sleep(milliseconds: pause) }.value
      }
    }
  }

  /// Waits for a commit with events since that count, or until the time is over.
  func waitForEvents(since seen: UInt64, milliseconds: Int) async { await wait(for: events, since: seen, milliseconds: milliseconds) }

  /// Waits for that signal since that count, or until the time is over.
  func wait(for signal: EventSignal, since seen: UInt64, milliseconds: Int) async {
    let timer = timer
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await signal.wait(since: seen) }
      group.addTask { try? await timer.sleep(milliseconds: milliseconds) }
      await group.next()
      group.cancelAll()
    }
  }
}
