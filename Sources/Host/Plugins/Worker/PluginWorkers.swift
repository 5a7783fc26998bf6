internal import Faults
internal import Glibc

/// The workers of one plugin: started when they are needed, used by one step at a time each, replaced when they die. Where all are busy, each has its next
/// step waiting already, so that neither its thread nor its process falls asleep between two steps.
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

  /// A worker and the steps that it has, the one that runs and those behind it.
  private struct Place {
    let worker: Worker
    var steps: Int
    /// Whether it ends after these.
    var isLeaving = false
  }

  private var places: [Place] = []
  private var starting = 0
  private var waiting: [CheckedContinuation<Void, Never>] = []
  private var closed = false
  private var deathsInARow = 0
  private var nextStart = 0

  /// How many workers have died in the life of this host.
  public private(set) var deaths = 0
  /// The evidence of the last death.
  public private(set) var lastFailure: WorkerFailure?

  /// How many steps a worker has at most: a second one behind the one that runs.
  private static let mostSteps = 2

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
        drop(worker)
        // An idle worker may have ended between two steps, or have died of the step before this one: that is no failure of the driver in this one.
        if case .closed = error.cause, !fresh, !closed { continue }
        died(error)
        throw error
      }
    }
  }

  /// Ends the workers that wait for a step: one of them has broken the contract, and the next step gets a new one.
  public func discard() {
    for place in places.indices {
      places[place].isLeaving = true
      if places[place].steps == 0 { places[place].worker.close() }
    }
    places.removeAll { $0.steps == 0 }
  }

  /// Ends all workers; steps that wait fail with `closed`.
  public func close() {
    closed = true
    discard()
    for waiter in waiting { waiter.resume() }
    waiting = []
  }

  private func take() async throws(WorkerFailure) -> (worker: Worker, fresh: Bool) {
    while true {
      if closed { throw failure(.closed) }
      let staying = places.indices.filter { !places[$0].isLeaving }
      let freest = staying.min { places[$0].steps < places[$1].steps }
      let isBusy = freest.map { places[$0].steps > 0 } ?? true
      if isBusy && staying.count + starting < most { return (try await start(), true) }
      if let freest, places[freest].steps < Self.mostSteps {
        places[freest].steps += 1
        return (places[freest].worker, false)
      }
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  private func start() async throws(WorkerFailure) -> Worker {
    starting += 1
    defer { starting -= 1 }
    let wait = nextStart - Clock.milliseconds()
    if wait > 0 {
      do { try await Task.sleep(for: .milliseconds(wait)) } catch {
        wakeOne()
        throw failure(.backOff(milliseconds: wait))
      }
    }
    let worker = Worker(library, limits: limits, setting: setting)
    do throws(WorkerFailure) {
      _ = try await worker.start()
      places.append(Place(worker: worker, steps: 1, isLeaving: closed))
      for _ in 1..<Self.mostSteps { wakeOne() }
      return worker
    } catch {
      wakeOne()
      died(error)
      throw error
    }
  }

  private func give(back worker: Worker) {
    if let place = places.firstIndex(where: { $0.worker === worker }) {
      places[place].steps -= 1
      if places[place].isLeaving && places[place].steps == 0 {
        worker.close()
        places.remove(at: place)
      }
    }
    wakeOne()
  }

  /// Lets go of a worker that has ended; the steps behind the one that it ended with find that out too.
  private func drop(_ worker: Worker) {
    places.removeAll { $0.worker === worker }
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
