internal import Glibc
internal import Synchronization

/// The faults that are armed from outside, by the file that `CLD_FAULTS` names when the host starts. Without that variable every call here is one comparison with nil.
public enum Faults {
  private static let armed: ArmedFaults? = getenv("CLD_FAULTS").map { ArmedFaults(path: String(cString: $0)) }

  /// Says that the process passes a point; what is armed there happens now.
  @inline(__always)
  public static func reach(_ point: FaultPoint) {
    if let armed { armed.reach(point.rawValue) }
  }

  /// Whether a negative control has taken that rule away.
  @inline(__always)
  public static func isRemoved(_ rule: Guard) -> Bool {
    guard let armed else { return false }
    return armed.isRemoved(rule)
  }

  /// By how much the wall clock has jumped, in milliseconds.
  @inline(__always)
  public static var clockOffset: Int64 { armed?.clockOffset ?? 0 }

  /// The trouble that the store is in.
  @inline(__always)
  public static var storeTrouble: StoreTrouble? { armed?.storeTrouble }

  /// Whether a fault waits for a new worker.
  public static var hasWorkerFault: Bool { armed?.hasWorkerFault ?? false }

  /// The fault that the worker which is started now gets: `POINT NUMBER kill|stop`. It is handed out once.
  public static func takeWorkerFault() -> String? { armed?.takeWorkerFault() }
}

/// The file, and how far each of its faults is.
private final class ArmedFaults: Sendable {
  private struct State {
    var text = ""
    var plan = FaultPlan()
    var clockOffset: Int64 = 0
    var trouble: (StoreTrouble, until: UInt64)?
  }

  private let path: String
  private let state = Mutex(State())

  init(path: String) { self.path = path }

  var clockOffset: Int64 { state.withLock { $0.clockOffset } }

  var storeTrouble: StoreTrouble? {
    state.withLock { state in state.trouble.flatMap { $0.until > Self.now() ? $0.0 : nil } }
  }

  func isRemoved(_ rule: Guard) -> Bool { current { $0.plan.removed.contains(rule) } }

  func reach(_ point: String) {
    let action: FaultAction? = current { state in
      if state.plan.isTracing { log("passed \(point)") }
      var action: FaultAction?
      for index in state.plan.faults.indices where state.plan.faults[index].point == point && !state.plan.faults[index].hasFired {
        state.plan.faults[index].passages += 1
        guard state.plan.faults[index].passages >= state.plan.faults[index].number, action == nil else { continue }
        state.plan.faults[index].hasFired = true
        action = state.plan.faults[index].action
        log("fired \(point) \(state.plan.faults[index].number) \(state.plan.faults[index].action.word)")
        switch state.plan.faults[index].action {
        case .clock(let seconds): state.clockOffset += seconds * 1000
        case .trouble(let trouble, let milliseconds): state.trouble = (trouble, until: Self.now() + UInt64(milliseconds) * 1_000_000)
        default: break
        }
      }
      return action
    }
    switch action {
    case .kill: kill(getpid(), SIGKILL)
    case .stop: kill(getpid(), SIGSTOP)
    case .killWorkers: for worker in Self.children() { kill(worker, SIGKILL) }
    case .stopWorkers: for worker in Self.children() { kill(worker, SIGSTOP) }
    case .clock, .trouble, nil: break
    }
  }

  var hasWorkerFault: Bool { current { state in Self.workerFault(state) != nil } }

  func takeWorkerFault() -> String? {
    current { state in
      guard let index = Self.workerFault(state) else { return nil }
      state.plan.faults[index].hasFired = true
      let fault = state.plan.faults[index]
      log("fired \(fault.point) \(fault.number) \(fault.action.word)")
      return "\(fault.point) \(fault.number) \(fault.action.word)"
    }
  }

  private static func workerFault(_ state: State) -> Int? {
    state.plan.faults.firstIndex { !$0.hasFired && WorkerFaultPoint(rawValue: $0.point) != nil }
  }

  /// Runs the body on the plan as the file has it now.
  private func current<Result>(_ body: (inout State) -> Result) -> Result {
    let text = read()
    return state.withLock { state in
      if text != state.text {
        state.text = text
        var plan = FaultPlan(text)
        // A line that was there before keeps how far it is.
        for index in plan.faults.indices {
          let line = plan.faults[index]
          if let known = state.plan.faults.first(where: { $0.point == line.point && $0.number == line.number && $0.action == line.action }) {
            plan.faults[index] = known
          }
        }
        state.plan = plan
      }
      return body(&state)
    }
  }

  private func read() -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return "" }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = Glibc.read(file, &bytes, bytes.count)
    return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : ""
  }

  private func log(_ line: String) {
    let file = open(path + ".log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard file >= 0 else { return }
    let bytes = Array((line + "\n").utf8)
    _ = write(file, bytes, bytes.count)
    close(file)
  }

  /// The processes that this one has started (proc_pid_stat(5), ppid).
  private static func children() -> [pid_t] {
    guard let folder = opendir("/proc") else { return [] }
    defer { closedir(folder) }
    var found: [pid_t] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) } }
      guard let pid = pid_t(name), let parent = parent(of: pid), parent == getpid() else { continue }
      found.append(pid)
    }
    return found
  }

  private static func parent(of pid: pid_t) -> pid_t? {
    let file = open("/proc/\(pid)/stat", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = Glibc.read(file, &bytes, bytes.count)
    guard count > 0 else { return nil }
    let fields = String(decoding: bytes[..<count], as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
    return fields.count > 1 ? pid_t(fields[1]) : nil
  }

  /// Nanoseconds of a clock that never jumps.
  private static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
