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
  let log: Logger
}
