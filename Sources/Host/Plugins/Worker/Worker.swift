internal import Glibc
internal import JSON
internal import Synchronization

/// One driver in one process of its own. Calls are served one at a time, in order. After any failure the worker is
/// over: `PluginWorkers` starts another.
public final class Worker: Sendable {
  /// Processor and wall time of one step.
  public struct Limits: Hashable, Sendable {
    /// Address space beyond what the loaded code needs, in MiB.
    public var memoryMB: Int
    /// Processor time of one step, in milliseconds.
    public var stepMilliseconds: Int
    /// Generous, so that a busy machine kills nobody.
    public var wallMilliseconds: Int
    /// An idle worker ends after that time.
    public var idleSeconds: Int

    /// Limits; the defaults are those of a manifest that names none.
    public init(memoryMB: Int = 256, stepMilliseconds: Int = 1000, wallMilliseconds: Int = 10_000, idleSeconds: Int = 60) {
      self.memoryMB = memoryMB
      self.stepMilliseconds = stepMilliseconds
      self.wallMilliseconds = wallMilliseconds
      self.idleSeconds = idleSeconds
    }
  }

  /// What only the worker's thread touches.
  private final class Session: @unchecked Sendable {  // Sound: used by jobs of one WorkerThread, which run one after the other.
    var process: WorkerProcess?
  }

  private let setting: WorkerSetting
  private let library: LibrarySnapshot
  private let limits: Limits
  private let session: Session
  private let thread: WorkerThread

  /// A worker for the library; nothing is started before `start()`.
  public init(_ library: LibrarySnapshot, limits: Limits, setting: WorkerSetting) {
    self.setting = setting
    self.library = library
    self.limits = limits
    let session = Session()
    self.session = session
    thread = WorkerThread(idleSeconds: limits.idleSeconds) { session.process = nil }
  }

  deinit { thread.close() }

  /// Starts the process, cages it and loads the library.
  public func start() async throws(WorkerFailure) -> WorkerReport {
    let (setting, library, limits, session) = (setting, library, limits, session)
    return try await perform { () throws(WorkerFailure) -> WorkerReport in
      let challenge = Self.challenge()
      var process = try WorkerProcess(
        setting, library: library.descriptor, sha256: library.sha256, memoryMB: limits.memoryMB)
      let deadline = WorkerProcess.Deadline(processorMilliseconds: 5000, wallMilliseconds: limits.wallMilliseconds)
      let caged = try process.exchange(
        kind: UInt8(ascii: "C"), payload: [], answer: UInt8(ascii: "c"), stage: .spawn, deadline: deadline)
      guard let json = try? JSON.parse(caged), let cage = WorkerCage(json) else { throw process.end(.breach(.badReport), .spawn) }
      // Before dlopen: a cage that is too weak runs no code of a stranger.
      guard cage.isStrongEnough || setting.allowsWeakCage else { throw process.end(.weakCage(missing: cage.missing), .spawn) }
      let request: JSON = ["challenge": .string(challenge), "limits": ["memory_mb": .int(Int64(limits.memoryMB))]]
      let body = try process.exchange(
        kind: UInt8(ascii: "L"), payload: request.bytes, answer: UInt8(ascii: "R"), stage: .load, deadline: deadline)
      guard let json = try? JSON.parse(body), json.object != nil else { throw process.end(.breach(.badReport), .load) }
      if let error = json["error"]?.string {
        throw process.end(.refused(stage: json["stage"]?.string ?? "load", error: error), .load)
      }
      guard json["challenge"]?.string == challenge else { throw process.end(.breach(.wrongChallenge), .load) }
      guard let report = WorkerReport(json, cage: cage) else { throw process.end(.breach(.badReport), .load) }
      session.process = consume process
      return report
    }
  }

  /// What the library says of itself: JSON text.
  public func describe() async throws(WorkerFailure) -> [UInt8] {
    try await exchange(UInt8(ascii: "D"), [], answer: UInt8(ascii: "d"), stage: .describe)
  }

  /// One step: JSON text in, JSON text out.
  public func step(_ request: [UInt8]) async throws(WorkerFailure) -> [UInt8] {
    try await exchange(UInt8(ascii: "S"), request, answer: UInt8(ascii: "s"), stage: .step)
  }

  /// Waits a moment for the end of a process in which the library has left threads running: one that dies soon after it
  /// was loaded would otherwise pass for a good one. A process with one thread is not waited for.
  public func watchThreads(milliseconds: Int = 1000) async throws(WorkerFailure) {
    let session = session
    try await perform { () throws(WorkerFailure) in
      do throws(WorkerFailure) {
        try session.process?.watchThreads(milliseconds: milliseconds)
      } catch {
        session.process = nil
        throw error
      }
    }
  }

  /// Ends the process after the calls that are under way.
  public func close() { thread.close() }

  private func exchange(
    _ kind: UInt8, _ payload: [UInt8], answer: UInt8, stage: WorkerFailure.Stage
  ) async throws(WorkerFailure) -> [UInt8] {
    let (limits, session, sha256) = (limits, session, library.sha256)
    return try await perform { () throws(WorkerFailure) -> [UInt8] in
      do throws(WorkerFailure) {
        let deadline = WorkerProcess.Deadline(
          processorMilliseconds: limits.stepMilliseconds, wallMilliseconds: limits.wallMilliseconds)
        if let body = try session.process?.exchange(
          kind: kind, payload: payload, answer: answer, stage: stage, deadline: deadline)
        {
          return body
        }
        throw WorkerFailure(stage: stage, cause: .closed, sha256: sha256, time: Int64(time(nil)))
      } catch {
        session.process = nil
        throw error
      }
    }
  }

  private func perform<Value: Sendable>(
    _ body: @escaping @Sendable () throws(WorkerFailure) -> Value
  ) async throws(WorkerFailure) -> Value {
    let result: Result<Value, WorkerFailure> = await withCheckedContinuation { continuation in
      let accepted = thread.enqueue {
        do throws(WorkerFailure) { continuation.resume(returning: .success(try body())) } catch {
          continuation.resume(returning: .failure(error))
        }
      }
      if !accepted { continuation.resume(returning: .failure(WorkerFailure(stage: .step, cause: .closed))) }
    }
    return try result.get()
  }

  private static func challenge() -> String {
    var generator = SystemRandomNumberGenerator()
    return String(generator.next(), radix: 36) + String(generator.next(), radix: 36)
  }
}
