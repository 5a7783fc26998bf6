internal import CLinux
internal import Glibc
internal import Synchronization

/// A thread that runs jobs one after the other, so that blocking work never holds a thread of Swift's pool.
/// It ends when it is closed, or after `idleSeconds` without a job.
final class WorkerThread: Sendable {
  private struct State {
    var jobs: [@Sendable () -> Void] = []
    var open = true
  }

  private let state = Mutex(State())
  // A semaphore is made to be shared between threads; the pointer itself never changes.
  nonisolated(unsafe) private let semaphore: UnsafeMutablePointer<sem_t>

  /// Starts the thread. `ended` runs on it when it ends.
  init(idleSeconds: Int, ended: @escaping @Sendable () -> Void) {
    semaphore = .allocate(capacity: 1)
    sem_init(semaphore, 0, 0)
    Self.start { [self] in
      run(idleSeconds: idleSeconds)
      ended()
    }
  }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  /// Adds a job; false when the thread has ended, and then the job never runs.
  func enqueue(_ job: @escaping @Sendable () -> Void) -> Bool {
    let open = state.withLock { state in
      if state.open { state.jobs.append(job) }
      return state.open
    }
    if open { sem_post(semaphore) }
    return open
  }

  /// Lets the thread end after the jobs that it has.
  func close() {
    state.withLock { $0.open = false }
    sem_post(semaphore)
  }

  private func run(idleSeconds: Int) {
    var spin = Spin()
    while true {
      var isPosted = false
      let spinUntil = spin.end(from: Clock.microseconds())
      while !isPosted, Clock.microseconds() < spinUntil {
        isPosted = sem_trywait(semaphore) == 0
        if !isPosted { sched_yield() }
      }
      var until = timespec()
      clock_gettime(CLOCK_REALTIME, &until)
      until.tv_sec += idleSeconds
      let timedOut = !isPosted && sem_timedwait(semaphore, &until) != 0 && errno == ETIMEDOUT
      spin.waited(until: Clock.microseconds())
      let (job, ends) = state.withLock { state -> ((@Sendable () -> Void)?, Bool) in
        if !state.jobs.isEmpty { return (state.jobs.removeFirst(), false) }
        if timedOut { state.open = false }
        return (nil, !state.open)
      }
      job?()
      if ends { return }
    }
  }

  /// Starts a detached thread.
  static func start(_ body: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
      let body: @Sendable () -> Void
      init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, 512 * 1024)
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(body))
    let code = pthread_create(&thread, &attributes, { argument in
      guard let argument else { return nil }
      // A worker that died leaves a pipe without a reader: writing to it is EPIPE here, not the end of this process.
      var broken = sigset_t()
      sigemptyset(&broken)
      sigaddset(&broken, SIGPIPE)
      pthread_sigmask(SIG_BLOCK, &broken, nil)
      Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
      return nil
    }, box.toOpaque())
    pthread_attr_destroy(&attributes)
    // Without a thread the work is still done, late and here, rather than lost.
    if code != 0 { box.takeRetainedValue().body() }
  }

  /// Runs blocking work on a thread of its own and waits for it without blocking.
  static func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      start { continuation.resume(returning: body()) }
    }
  }
}
