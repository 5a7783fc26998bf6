internal import Glibc

/// Runs a program and collects its output, on a thread of its own: waiting must not take one of the few threads that
/// run Swift tasks.
public enum ChildProcess {
  /// How it ended.
  public enum Result: Sendable {
    /// By itself; `output` is what it wrote to standard output.
    case exited(code: Int32, output: [UInt8])
    case notStarted(String)
    case timedOut(seconds: Int)
    case killed(signal: Int32)

    /// What went wrong, as the end of a sentence.
    public var problem: String {
      switch self {
      case .exited(let code, _): "ended with status \(code)"
      case .notStarted(let reason): "could not be started (\(reason))"
      case .timedOut(let seconds): "did not end within \(seconds) s"
      case .killed(let signal): "was killed by signal \(signal)"
      }
    }
  }

  /// Runs a program and its arguments to its end, at most `timeout` seconds.
  /// The program's standard input is empty, its standard error is dropped: it may hold secrets.
  public static func run(_ arguments: [String], environment: [String: String], timeout: Int) async -> Result {
    await withCheckedContinuation { continuation in
      let job = ThreadJob { continuation.resume(returning: runHere(arguments, environment, timeout)) }
      job.start()
    }
  }

  private static func runHere(_ arguments: [String], _ environment: [String: String], _ timeout: Int) -> Result {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return .notStarted(String(cString: strerror(errno))) }
    defer { close(ends[0]) }
    _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
    _ = fcntl(ends[1], F_SETFD, FD_CLOEXEC)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A group of its own, so that the whole family can be killed.
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    posix_spawnattr_setpgroup(&attributes, 0)

    guard let program = find(arguments[0], path: environment["PATH"]) else {
      close(ends[1])
      return .notStarted("\(arguments[0]): no such program in PATH")
    }
    var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    var envp: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var child = pid_t()
    let code = posix_spawn(&child, program, &actions, &attributes, &argv, &envp)
    close(ends[1])
    guard code == 0 else { return .notStarted(String(cString: strerror(code))) }

    var output: [UInt8] = []
    let inTime = collect(ends[0], into: &output, seconds: timeout)
    if !inTime { kill(-child, SIGKILL) }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 && errno == EINTR {}
    if !inTime { return .timedOut(seconds: timeout) }
    // WIFEXITED and WEXITSTATUS, which are macros (sys/wait.h).
    return status & 0x7f == 0 ? .exited(code: status >> 8 & 0xff, output: output) : .killed(signal: status & 0x7f)
  }

  // posix_spawnp would search the host's PATH, not the client's.
  private static func find(_ name: String, path: String?) -> String? {
    if name.contains("/") { return name }
    let folders = (path ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
    return folders.lazy.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }

  private static func collect(_ descriptor: Int32, into output: inout [UInt8], seconds: Int) -> Bool {
    var chunk = [UInt8](repeating: 0, count: 4096)
    let deadline = now() + Double(seconds)
    while output.count < 1024 * 1024 {
      let left = Int32(max(0, (deadline - now()) * 1000))
      var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = poll(&waiting, 1, left)
      if ready < 0 && errno == EINTR { continue }
      guard ready > 0 else { return false }
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return true }
      output += chunk[..<count]
    }
    return false
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// A function to be run once on a thread of its own.
private final class ThreadJob: Sendable {
  private let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) { self.body = body }

  func start() {
    var thread = pthread_t()
    let context = Unmanaged.passRetained(self).toOpaque()
    let code = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<ThreadJob>.fromOpaque(context).takeRetainedValue().body() }
        return nil
      }, context)
    if code == 0 {
      pthread_detach(thread)
    } else {
      // Better late than never: without a thread the caller's own must do.
      Unmanaged<ThreadJob>.fromOpaque(context).takeRetainedValue().body()
    }
  }
}
