internal import Contract
internal import JSON
internal import Plugins

/// A driver in its workers, as the host runs it, with all that it was asked and what it answered.
actor DriverSession {
  /// One step.
  struct Exchange: Sendable {
    var request: [UInt8]
    var answer: [UInt8]
  }

  private let library: LibrarySnapshot
  private let limits: Worker.Limits
  private let setting: WorkerSetting
  private var workers: [Worker] = []
  /// All steps so far.
  private(set) var exchanges: [Exchange] = []

  init(library: LibrarySnapshot, manifest: Manifest, setting: WorkerSetting) {
    self.library = library
    limits = Worker.Limits(manifest.limits)
    self.setting = setting
  }

  /// One step in the worker of that number; it is started when it is not there yet.
  func step(_ request: [UInt8], worker number: Int = 0, isRecorded: Bool = true) async throws(Finding) -> [UInt8] {
    do throws(WorkerFailure) {
      while workers.count <= number {
        let worker = Worker(library, limits: limits, setting: setting)
        _ = try await worker.start()
        workers.append(worker)
      }
      let answer = try await workers[number].step(request)
      if isRecorded { exchanges.append(Exchange(request: request, answer: answer)) }
      return answer
    } catch {
      throw Finding(error, request: request)
    }
  }

  /// Ends the workers; the next step gets a new one.
  func restart() {
    for worker in workers { worker.close() }
    workers = []
  }
}

extension Finding {
  /// A worker that did not answer.
  init(_ failure: WorkerFailure, request: [UInt8]) {
    let text = String(decoding: request, as: UTF8.self)
    let evidence = "\(failure)\nrequest: \(text.count > 2000 ? text.prefix(2000) + "…" : text)"
    switch failure.cause {
    case .processorTime, .wallTime:
      self.init(outcome: .hang, evidence: evidence, remedy: "answer every request within the manifest's limits.step_ms of processor time")
    case .spawn:
      self.init(outcome: .fail, evidence: evidence, remedy: "install cld whole: the worker cannot be started")
    default:
      self.init(
        outcome: .crash, evidence: evidence,
        remedy: "answer a request that the driver cannot serve with `fail`; it may use no file, no socket and no thread")
    }
  }
}
