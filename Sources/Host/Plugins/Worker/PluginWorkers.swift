internal import Faults
internal import Glibc

/// The workers of one plugin: started when they are needed, used by one step at a time each, replaced when they die.
///
/// A plugin that dies again and again is started with growing pauses, so that it cannot take the machine.
public actor PluginWorkers {
  /// The plugin's name.
  public nonisolated let name: String
  /// The library that all of them run.
  public nonisolated let library: LibrarySnapshot
  private let setting: WorkerSetting
  private let limits: Worker.Limits
  private let most: Int
  private let quarantine: (@Sendable (Quarantine.Entry) -> Void)?

  private var idle: [Worker] = []
  private var count = 0
  private var waiting: [CheckedContinuation<Void, Never>] = []
  private var closed = false
  private var deathsInARow = 0
  private var nextStart = 0

  /// How many workers have died in the life of this host.
  public private(set) var deaths = 0
  /// The evidence of the last death.
  public private(set) var lastFailure: WorkerFailure?

  /// How many workers may die without a step between them that ends well.
  static let mostDeaths = 5

  /// Whether so many have died that no worker is started any more.
  public private(set) var isQuarantined = false

  /// - Parameters:
  ///   - most: how many steps may run side by side.
  ///   - quarantine: keeps the evidence when the plugin is taken out of service; without one it is only started ever more slowly.
  public init(
    name: String, library: LibrarySnapshot, limits: Worker.Limits, setting: WorkerSetting, most: Int = 2,
    quarantine: (@Sendable (Quarantine.Entry) -> Void)? = nil
  ) {
    self.quarantine = quarantine
    self.name = name
    self.library = library
    self.limits = limits
    self.setting = setting
    self.most = max(1, most)
  }

  /// One step: JSON text in, JSON text out.
  public func step(_ request: [UInt8]) async throws(WorkerFailure) -> [UInt8] {
    if Faults.hasWorkerFault { discard() }
    while true {
      let (worker, fresh) = try await take()
      do throws(WorkerFailure) {
        let answer = try await worker.step(request)
        deathsInARow = 0
        give(back: worker)
        return answer
      } catch {
        drop()
        // An idle worker may have ended between two steps: that is no failure of the driver.
        if case .closed = error.cause, !fresh, !closed { continue }
        died(error)
        throw error
      }
    }
  }

  /// Ends the workers that wait for a step: one of them has broken the contract, and the next step gets a new one.
  public func discard() {
    for worker in idle { worker.close() }
    count -= idle.count
    idle = []
  }

  /// Ends all workers; steps that wait fail with `closed`.
  public func close() {
    closed = true
    for worker in idle { worker.close() }
    count -= idle.count
    idle = []
    for waiter in waiting { waiter.resume() }
    waiting = []
  }

  private func take() async throws(WorkerFailure) -> (worker: Worker, fresh: Bool) {
    while true {
      if closed { throw failure(.closed) }
      if let worker = idle.popLast() { return (worker, false) }
      if count < most { return (try await start(), true) }
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  private func start() async throws(WorkerFailure) -> Worker {
    count += 1
    let wait = nextStart - Clock.milliseconds()
    if wait > 0 {
      do { try await Task.sleep(for: .milliseconds(wait)) } catch {
        drop()
        throw failure(.backOff(milliseconds: wait))
      }
    }
    let worker = Worker(library, limits: limits, setting: setting)
    do throws(WorkerFailure) {
      _ = try await worker.start()
      return worker
    } catch {
      drop()
      died(error)
      throw error
    }
  }

  private func give(back worker: Worker) {
    if closed {
      worker.close()
      count -= 1
    } else {
      idle.append(worker)
    }
    wakeOne()
  }

  private func drop() {
    count -= 1
    wakeOne()
  }

  private func died(_ failure: WorkerFailure) {
    guard failure.isDeath else { return }
    deaths += 1
    deathsInARow += 1
    lastFailure = failure
    nextStart = Clock.milliseconds() + Self.pause(deathsInARow)
    guard let quarantine, deathsInARow >= Self.mostDeaths, !isQuarantined else { return }
    quarantine(
      Quarantine.Entry(
        sha256: library.sha256, stage: failure.stage.rawValue, evidence: "\(failure)", standardError: failure.standardError,
        deaths: deathsInARow, time: failure.time == 0 ? Int64(time(nil)) : failure.time))
    isQuarantined = true
    close()
  }

  private func wakeOne() { if !waiting.isEmpty { waiting.removeFirst().resume() } }

  private func failure(_ cause: WorkerFailure.Cause) -> WorkerFailure {
    WorkerFailure(stage: .step, cause: cause, sha256: library.sha256, time: Int64(time(nil)))
  }

  /// 250 ms, doubled with each death in a row, at most 10 s.
  static func pause(_ deaths: Int) -> Int { min(10_000, 250 << min(max(0, deaths - 1), 10)) }
}
