internal import CLinux
internal import Faults
internal import Glibc
internal import JSON

/// One running helper, seen from the host: spawn, one frame out, one frame in, end. Blocking: only `WorkerThread`
/// uses it, on a thread of its own.
struct WorkerProcess: ~Copyable {
  /// What a driver may use for one answer.
  struct Deadline {
    var processorMilliseconds: Int
    var wallMilliseconds: Int
  }

  private let pid: pid_t
  private let input: Int32
  private let output: Int32
  private let errorOutput: Int32
  private let sha256: String
  private var errorTail: [UInt8] = []
  private var chunk = [UInt8](repeating: 0, count: 1 << 16)
  /// How long an answer is waited for without sleeping, in microseconds, from a worker that is awake: one that has answered less than `awakeMicroseconds` ago.
  private static let spinMicroseconds = 100
  private static let awakeMicroseconds = 200
  private var lastAnswer = 0
  private var reaped = false

  /// Starts the helper with the library as its descriptor 5.
  init(_ setting: WorkerSetting, library: Int32, sha256: String, memoryMB: Int) throws(WorkerFailure) {
    var ends: [[Int32]] = []
    func failure(_ code: Int32) -> WorkerFailure {
      for pipe in ends { for end in pipe { close(end) } }
      return WorkerFailure(stage: .spawn, cause: .spawn(errno: code), sha256: sha256, time: Int64(time(nil)))
    }
    for _ in 0..<3 {
      var pair: [Int32] = [-1, -1]
      guard clinux_pipe(&pair) == 0 else { throw failure(errno) }
      ends.append(pair)
    }
    let image = clinux_duplicate(library)
    guard image >= 0 else { throw failure(errno) }
    defer { close(image) }
    let descriptors: [Int32] = [-1, -1, ends[2][1], ends[0][0], ends[1][1], image]
    var child: pid_t = 0
    let arguments = [setting.executable, String(memoryMB)] + setting.libraryFolders
    // LD_LIBRARY_PATH: a plugin in Swift finds the runtime that the host runs on, wherever that is installed.
    var environment = ["SWIFT_BACKTRACE=enable=no", "LC_ALL=C", "PATH=/nonexistent"]
    if let runtime = WorkerSetting.swiftRuntimeFolder() { environment.append("LD_LIBRARY_PATH=\(runtime)") }
    if let fault = Faults.takeWorkerFault() { environment.append("CLD_FAULT=\(fault)") }
    let code = withCStrings(arguments) { argv in
      withCStrings(environment) { envp in
        clinux_spawn(setting.executable, argv, envp, descriptors, descriptors.count, &child)
      }
    }
    guard code == 0 else { throw failure(code) }
    close(ends[0][0])
    close(ends[1][1])
    close(ends[2][1])
    pid = child
    input = ends[0][1]
    output = ends[1][0]
    errorOutput = ends[2][0]
    self.sha256 = sha256
    for descriptor in [input, output, errorOutput] { _ = clinux_nonblocking(descriptor) }
  }

  deinit {
    close(input)
    close(output)
    close(errorOutput)
    if !reaped {
      kill(-pid, SIGKILL)
      var status: Int32 = 0
      while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    }
  }

  /// Sends one frame and waits for the one that answers it.
  mutating func exchange(
    kind: UInt8, payload: [UInt8], answer: UInt8, stage: WorkerFailure.Stage, deadline: Deadline
  ) throws(WorkerFailure) -> [UInt8] {
    let started = Clock.milliseconds()
    let processorAtStart = processorMilliseconds() ?? 0
    var pending = FrameDecoder.header(kind: kind, count: payload.count) + payload
    var sent = 0
    var decoder = FrameDecoder(answer: answer)
    let begun = Clock.microseconds()
    let spinUntil = begun - lastAnswer < Self.awakeMicroseconds ? begun + Self.spinMicroseconds : begun
    // Of the input it is only asked while there is something left to be sent: poll(2) leaves out what is negative.
    var polls = [
      pollfd(fd: output, events: Int16(POLLIN), revents: 0), pollfd(fd: errorOutput, events: Int16(POLLIN), revents: 0),
      pollfd(fd: -1, events: Int16(POLLOUT), revents: 0),
    ]
    while true {
      if sent < pending.count {
        let put = pending.withUnsafeBytes { bytes in
          write(input, bytes.baseAddress.map { $0 + sent }, bytes.count - sent)
        }
        if put > 0 { sent += put }
        // EPIPE: it is dead or dying; its end shows up on the other pipe.
        if put < 0 && errno == EPIPE { sent = pending.count }
        if sent == pending.count { pending = [] ; sent = 0 }
      }
      polls[2].fd = pending.isEmpty ? -1 : input
      // Most answers come within microseconds: being put to sleep and woken again would cost more than the step itself.
      let isSpinning = Clock.microseconds() < spinUntil
      let ready = poll(&polls, nfds_t(polls.count), isSpinning ? 0 : 50)
      if ready == 0 && isSpinning {
        sched_yield()
        continue
      }
      if ready > 0 && polls[1].revents != 0 { readErrors() }
      if ready > 0 && polls[0].revents != 0 {
        let count = read(output, &chunk, chunk.count)
        if count == 0 { throw death(stage) }
        if count > 0 {
          let frame: FrameDecoder.Frame?
          do throws(WorkerFailure.Breach) { frame = try decoder.take(chunk[..<count]) } catch { throw breach(error, stage) }
          if let frame {
            if frame.kind == FrameDecoder.report && answer != FrameDecoder.report { throw refusal(frame.body, stage) }
            lastAnswer = Clock.microseconds()
            return frame.body
          }
          // A drip of bytes costs as much wall time as silence: fall through to the limits.
        }
      }
      let elapsed = Clock.milliseconds() - started
      if elapsed >= deadline.wallMilliseconds {
        throw end(.wallTime(milliseconds: deadline.wallMilliseconds), stage)
      }
      if elapsed >= deadline.processorMilliseconds, let used = processorMilliseconds(),
        used - processorAtStart > deadline.processorMilliseconds
      {
        throw end(.processorTime(milliseconds: deadline.processorMilliseconds), stage)
      }
    }
  }

  /// The worker's own sentence about why it gives up.
  private mutating func refusal(_ body: [UInt8], _ stage: WorkerFailure.Stage) -> WorkerFailure {
    guard let report = try? JSON.parse(body), let where_ = report["stage"]?.string, let error = report["error"]?.string
    else { return breach(.badReport, stage) }
    return end(.refused(stage: where_, error: error), stage)
  }

  private mutating func breach(_ breach: WorkerFailure.Breach, _ stage: WorkerFailure.Stage) -> WorkerFailure {
    end(.breach(breach), stage)
  }

  /// Kills the process group and keeps what is left.
  mutating func end(_ cause: WorkerFailure.Cause, _ stage: WorkerFailure.Stage) -> WorkerFailure {
    kill(-pid, SIGKILL)
    _ = wait()
    return failure(cause, stage)
  }

  /// The answers' pipe is closed: finds out of what the worker died.
  private mutating func death(_ stage: WorkerFailure.Stage) -> WorkerFailure {
    // It closed the pipe; one that lives on regardless is ended.
    let deadline = Clock.milliseconds() + 200
    var status: Int32 = 0
    while true {
      let got = waitpid(pid, &status, WNOHANG)
      if got == pid { break }
      if Clock.milliseconds() > deadline {
        kill(-pid, SIGKILL)
        status = wait()
        return failure(.breach(.lostDescriptors), stage)
      }
      var none = pollfd(fd: errorOutput, events: 0, revents: 0)
      poll(&none, 1, 1)
    }
    reaped = true
    kill(-pid, SIGKILL)  // What it may have left of its group.
    readErrors()
    let signal = status & 0x7f
    // A driver that blocks the reporter's signal is killed by it.
    if signal == SIGSYS { return failure(.denied(call: "that it kept from being reported"), stage) }
    if signal != 0 { return failure(.signalled(signal), stage) }
    let code = (status >> 8) & 0xff
    if code == WorkerExit.protocolBroken { return failure(.breach(.lostDescriptors), stage) }
    if code == WorkerExit.denied { return failure(.denied(call: deniedCall()), stage) }
    return failure(.exited(status: code), stage)
  }

  private mutating func wait() -> Int32 {
    guard !reaped else { return 0 }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    reaped = true
    readErrors()
    return status
  }

  private func failure(_ cause: WorkerFailure.Cause, _ stage: WorkerFailure.Stage) -> WorkerFailure {
    WorkerFailure(
      stage: stage, cause: cause, standardError: String(decoding: errorTail, as: UTF8.self), sha256: sha256,
      time: Int64(time(nil)))
  }

  private func deniedCall() -> String {
    let text = String(decoding: errorTail, as: UTF8.self)
    let prefix = WorkerFailure.denialPrefix
    guard let line = text.split(separator: "\n").last(where: { $0.hasPrefix(prefix) }) else { return "unknown" }
    return String(line.dropFirst(prefix.count))
  }

  /// Waits for the death of a process that has more threads than the one that serves (Linux: proc_pid_stat(5), num_threads).
  mutating func watchThreads(milliseconds: Int) throws(WorkerFailure) {
    guard threads > 1 else { return }
    let deadline = Clock.milliseconds() + milliseconds
    while true {
      let left = deadline - Clock.milliseconds()
      guard left > 0 else { return }
      var answers = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      guard poll(&answers, 1, Int32(left)) > 0 else { continue }
      guard read(output, &chunk, chunk.count) == 0 else { throw breach(.bytesWithoutRequest, .load) }
      throw death(.load)
    }
  }

  /// How many threads it has; 1 when the kernel does not say.
  private var threads: Int {
    guard let status = File.read("/proc/\(pid)/stat", limit: 4096) else { return 1 }
    // The name in parentheses may hold anything; num_threads is the 18th field after it.
    let fields = String(decoding: status, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
    return fields.count > 17 ? Int(fields[17]) ?? 1 : 1
  }

  private mutating func readErrors() {
    var chunk = [UInt8](repeating: 0, count: 4096)
    // At most 64 KiB at a time: a driver that floods standard error must not keep us here.
    for _ in 0..<16 {
      let count = read(errorOutput, &chunk, chunk.count)
      guard count > 0 else { return }
      errorTail.append(contentsOf: chunk[..<count])
      if errorTail.count > 4096 { errorTail.removeFirst(errorTail.count - 4096) }
    }
  }

  /// What the process has used of a processor, in milliseconds, by its own clock (clock_getcpuclockid(3)); nil when it is gone.
  private func processorMilliseconds() -> Int? {
    var clock = clockid_t()
    var used = timespec()
    guard clock_getcpuclockid(pid, &clock) == 0, clock_gettime(clock, &used) == 0 else { return nil }
    return used.tv_sec * 1000 + used.tv_nsec / 1_000_000
  }
}

/// The statuses with which cld-worker ends (worker.h).
enum WorkerExit {
  static let protocolBroken: Int32 = 81
  static let denied: Int32 = 86
}
