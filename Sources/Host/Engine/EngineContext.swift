internal import Logging
internal import Store

/// What every part of the engine works with.
struct EngineContext: Sendable {
  let store: Store
  let drivers: any Drivers
  let gateway: any EffectGateway
  let accounts: any Accounts
  let naming: Naming
  let clock: Clock
  let timer: Timer
  let events: EventSignal
  let signals: any SignalAddress
  let log: Logger

  /// Waits for a commit with events since that count, or until the time is over.
  func waitForEvents(since seen: UInt64, milliseconds: Int) async {
    let (events, timer) = (events, timer)
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await events.wait(since: seen) }
      group.addTask { try? await timer.sleep(milliseconds: milliseconds) }
      await group.next()
      group.cancelAll()
    }
  }
}
