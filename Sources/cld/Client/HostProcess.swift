internal import Glibc

/// The host process of this home.
enum HostProcess {
  /// How long a host may take until it answers, in milliseconds.
  private static let patience = 15_000

  /// With what a host ends that found the lock of its home taken.
  private static let lockedStatus: Int32 = 75

  static var isRunning: Bool { UnixSocket(path: Paths.socket) != nil }

  /// Starts the host unless it runs, and waits until it answers.
  static func start() throws {
    if isRunning { return }
    guard Paths.socket.utf8.count < 108 else {
      throw CommandFailure("\(Paths.socket) is longer than a unix socket's path can be (107 bytes): set CLD_HOME to a shorter one", .usage)
    }
    // Commands that start at once start one host: the first has the lock, and the others find what it has started.
    let lock = try startLock()
    defer { close(lock) }
    if isRunning { return }
    var process: pid_t? = try spawn()
    var waited = 0
    while !isRunning {
      var status: Int32 = 0
      if let ended = process, waitpid(ended, &status, WNOHANG) == ended {
        // A host on its way out still has the state's lock, which is free soon.
        guard status >> 8 & 0xff == Self.lockedStatus else {
          throw CommandFailure("cld-host does not start: \(lastLine(of: Paths.home + "/host.log"))", .unavailable)
        }
        process = nil
      }
      if process == nil, waited % 100 == 0 { process = try spawn() }
      guard waited < patience else {
        throw CommandFailure("cld-host does not answer on \(Paths.socket): see \(Paths.home)/host.log", .unavailable)
      }
      usleep(5_000)
      waited += 5
    }
  }

  private static func startLock() throws -> Int32 {
    for folder in parents(of: Paths.home) { mkdir(folder, 0o700) }
    let path = Paths.home + "/start.lock"
    let lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard lock >= 0 else { throw CommandFailure("\(path) cannot be opened: \(String(cString: strerror(errno)))", .unavailable) }
    while flock(lock, LOCK_EX) != 0 {
      guard errno == EINTR else { throw CommandFailure("\(path) cannot be locked: \(String(cString: strerror(errno)))", .unavailable) }
    }
    return lock
  }

  /// Replaces this process by the host, in the foreground.
  static func exec(arguments: [String]) throws -> Never {
    var pointers: [UnsafeMutablePointer<CChar>?] = ([try program()] + arguments).map { strdup($0) }
    pointers.append(nil)
    if let program = pointers[0] { execv(program, pointers) }
    throw CommandFailure("cld-host cannot be run: \(String(cString: strerror(errno)))", .unavailable)
  }

  private static func program() throws -> String {
    let path = Paths.variable("CLD_HOST") ?? Paths.prefix + "/libexec/cld/cld-host"
    guard access(path, X_OK) == 0 else {
      throw CommandFailure("\(path) is missing: cld is not installed whole; run scripts/assemble again", .unavailable)
    }
    return path
  }

  /// A process of its own session, so that closing the terminal leaves its operations alone.
  private static func spawn() throws -> pid_t {
    let program = try program()
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let log = Paths.home + "/host.log"
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // POSIX_SPAWN_SETSID of <spawn.h>, a macro that does not import.
    posix_spawnattr_setflags(&attributes, 0x80)
    let words = [program, "--home", Paths.home]
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { word in strdup(word) }
    arguments.append(nil)
    defer { for argument in arguments { free(argument) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, program, &actions, &attributes, &arguments, environ)
    guard code == 0 else { throw CommandFailure("cld-host cannot be started: \(String(cString: strerror(code)))", .unavailable) }
    return process
  }

  private static func parents(of path: String) -> [String] {
    var out: [String] = []
    for part in path.split(separator: "/") { out.append((out.last ?? "") + "/" + part) }
    return out
  }

  private static func lastLine(of path: String) -> String {
    guard let file = fopen(path, "r") else { return "no log at \(path)" }
    defer { fclose(file) }
    var last = "see \(path)"
    var buffer = [CChar](repeating: 0, count: 4096)
    while fgets(&buffer, Int32(buffer.count), file) != nil {
      let line = String(decoding: buffer.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      if !line.isEmpty { last = line }
    }
    // Of the host's last word, the sentence: what stands before it is the log's.
    guard last.contains(" critical cld-host: "), let end = last.firstRange(of: "] ")?.upperBound else { return last }
    return String(last[end...])
  }
}
