/// What a faults file asks for. Lines: `at POINT NUMBER ACTION [ARGUMENT]`, `trace`, `without GUARD`; others are ignored.
struct FaultPlan: Equatable {
  /// One fault, which happens once.
  struct Fault: Equatable {
    var point: String
    /// At which passage of the point, from 1, counted from when the line was first seen.
    var number: Int
    var action: FaultAction
    var passages = 0
    var hasFired = false
  }

  var faults: [Fault] = []
  var isTracing = false
  var removed: Set<Guard> = []

  init() {}

  init(_ text: String) {
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      switch words.first {
      case "trace": isTracing = true
      case "without": if words.count > 1, let rule = Guard(rawValue: words[1]) { removed.insert(rule) }
      case "at":
        guard words.count >= 4, let number = Int(words[2]), let action = FaultAction(words[3], words.count > 4 ? Int64(words[4]) : nil) else { continue }
        faults.append(Fault(point: words[1], number: number, action: action))
      default: continue
      }
    }
  }
}

/// What happens at a point.
enum FaultAction: Equatable {
  /// SIGKILL to this process.
  case kill
  /// SIGSTOP to this process: whoever armed it sends SIGCONT.
  case stop
  case killWorkers
  case stopWorkers
  /// The store is in that trouble for so many milliseconds.
  case trouble(StoreTrouble, milliseconds: Int64)
  /// The wall clock jumps by so many seconds.
  case clock(seconds: Int64)

  init?(_ word: String, _ argument: Int64?) {
    switch word {
    case "kill": self = .kill
    case "stop": self = .stop
    case "kill-worker": self = .killWorkers
    case "stop-worker": self = .stopWorkers
    case "clock": self = .clock(seconds: argument ?? 3600)
    default:
      guard let trouble = StoreTrouble(rawValue: word) else { return nil }
      self = .trouble(trouble, milliseconds: argument ?? 300)
    }
  }

  var word: String {
    switch self {
    case .kill: "kill"
    case .stop: "stop"
    case .killWorkers: "kill-worker"
    case .stopWorkers: "stop-worker"
    case .trouble(let trouble, _): trouble.rawValue
    case .clock: "clock"
    }
  }
}

/// A trouble that a store may be in.
public enum StoreTrouble: String, Sendable {
  /// There is no room on the disk.
  case full
  /// The file cannot be written.
  case readonly
  /// Another process holds the write lock.
  case busy
  /// The file cannot be read.
  case unreadable
}
