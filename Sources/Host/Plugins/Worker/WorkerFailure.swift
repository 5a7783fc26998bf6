/// Why a worker did not answer, with the evidence that is left of it.
public struct WorkerFailure: Error, Hashable, Sendable {
  /// What the worker was doing.
  public enum Stage: String, Hashable, Sendable {
    /// Starting the helper process.
    case spawn
    /// Entering the cage, dlopen, the library's constructors and its entry.
    case load
    case describe
    case step
  }

  /// What happened.
  public enum Cause: Hashable, Sendable {
    /// The process could not be started.
    case spawn(errno: Int32)
    /// The worker reports that the library cannot be used: its own stage, and its sentence.
    case refused(stage: String, error: String)
    /// The kernel lacks layers of the cage, and nothing allows to go without: no code of the library ran.
    case weakCage(missing: [WorkerCage.Layer])
    /// It ended by itself with this status, without an answer.
    case exited(status: Int32)
    /// It died of this signal.
    case signalled(Int32)
    /// The cage ended it at this system call, with what is known of its arguments: `openat("/etc/shadow")`.
    case denied(call: String)
    /// It used more processor time than a step may.
    case processorTime(milliseconds: Int)
    /// It did not answer in that time.
    case wallTime(milliseconds: Int)
    /// It broke the frame protocol.
    case breach(Breach)
    /// Too many deaths in a row; the next start is due in that time.
    case backOff(milliseconds: Int)
    /// The pool was closed.
    case closed
  }

  /// How the protocol was broken.
  public enum Breach: Error, Hashable, Sendable {
    case frameTooLong(Int)
    case unexpectedFrame(kind: UInt8)
    case reservedBytes
    case bytesWithoutRequest
    case badReport
    /// The worker could not talk to the host any more: the driver closed its descriptors, for instance.
    case lostDescriptors
    case wrongChallenge
  }

  /// What the worker was doing.
  public var stage: Stage
  /// What happened.
  public var cause: Cause
  /// The end of what it wrote to standard error.
  public var standardError: String
  /// The SHA-256 of the library.
  public var sha256: String
  /// Seconds since 1970.
  public var time: Int64

  /// A failure.
  public init(stage: Stage, cause: Cause, standardError: String = "", sha256: String = "", time: Int64 = 0) {
    self.stage = stage
    self.cause = cause
    self.standardError = standardError
    self.sha256 = sha256
    self.time = time
  }

  /// How the cage's reporter starts its line on standard error (denial.c).
  static let denialPrefix = "cld-worker: denied system call "

  /// Whether the worker process is gone, so that the next step needs another.
  public var isDeath: Bool {
    switch cause {
    case .backOff, .closed: false
    default: true
    }
  }
}

extension WorkerFailure: CustomStringConvertible {
  /// One sentence for people.
  public var description: String {
    let what =
      switch cause {
      case .spawn(let errno): "the worker could not be started (error \(errno))"
      case .refused(let stage, let error): "refused in \(stage): \(error)"
      case .weakCage(let missing):
        "this kernel lacks \(missing.map(\.rawValue).joined(separator: " and ")), without which a driver is not caged"
      case .exited(let status): "the worker exited with status \(status) without an answer"
      case .signalled(let signal): "the worker died of \(signalName(signal))"
      case .denied(let call): "the driver tried the system call \(call), which the cage denies"
      case .processorTime(let limit): "the driver used more than \(limit) ms of processor time"
      case .wallTime(let limit): "the driver did not answer in \(limit) ms"
      case .breach(let breach): "the worker broke the protocol: \(breach)"
      case .backOff(let wait): "the driver died repeatedly; it is started again in \(wait) ms"
      case .closed: "the plugin is being taken out of service"
      }
    let error = standardError.split(separator: "\n").last { !$0.hasPrefix(Self.denialPrefix) }.map { "; it last wrote: \($0)" } ?? ""
    return "\(stage.rawValue): \(what)\(error)"
  }
}

extension WorkerFailure.Breach: CustomStringConvertible {
  /// What was broken, as the end of a sentence.
  public var description: String {
    switch self {
    case .frameTooLong(let count): "an answer of \(count) bytes, more than 1 MiB"
    case .unexpectedFrame(let kind): "an unexpected frame of kind \(kind)"
    case .reservedBytes: "reserved bytes of a frame's header are not zero"
    case .bytesWithoutRequest: "bytes that nobody asked for"
    case .badReport: "a report that is not as the contract says"
    case .lostDescriptors: "its descriptors to the host are closed or broken"
    case .wrongChallenge: "a report that does not echo the challenge"
    }
  }
}

/// The name of a signal, for messages.
func signalName(_ signal: Int32) -> String {
  let names: [Int32: String] = [
    4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL", 11: "SIGSEGV", 13: "SIGPIPE",
    14: "SIGALRM", 15: "SIGTERM", 24: "SIGXCPU", 25: "SIGXFSZ", 31: "SIGSYS",
  ]
  return names[signal] ?? "signal \(signal)"
}
