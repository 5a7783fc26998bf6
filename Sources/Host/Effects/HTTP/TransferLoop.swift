internal import CCurl
internal import Glibc
internal import Synchronization

/// The thread that runs all transfers, and its queue.
///
/// Callers only touch `inbox` (under its lock) and call `curl_multi_wakeup`, which libcurl allows from any thread
/// (curl_multi_wakeup(3)); everything else of libcurl is done on the thread.
final class TransferLoop: Sendable {
  /// One submitted request and who waits for it.
  struct Job: Sendable {
    let id: UInt64
    let request: HTTPRequest
    let longestAnswer: Int
    let finish: @Sendable (Result<HTTPResponse, TransportError>) -> Void
  }

  private struct Inbox {
    var jobs: [Job] = []
    var cancelled: [UInt64] = []
    var stopping = false
  }

  /// The pointer is set once, before any other thread sees it; libcurl guards the multi handle as said above.
  private struct Multi: @unchecked Sendable { let handle: UnsafeMutableRawPointer? }

  private static let library: Int32 = ccurl_global_init()
  /// More at once to one host than this only queues at the other end; the rest wait here.
  private static let mostPerHost = 64

  private let inbox = Mutex(Inbox())
  private let ids = Atomic<UInt64>(1)
  private let multi: Multi

  init() {
    multi = Self.library == 0 ? Multi(handle: curl_multi_init()) : Multi(handle: nil)
    if let handle = multi.handle {
      ccurl_multi_set_long(handle, CURLMOPT_MAXCONNECTS, 64)
      ccurl_multi_set_long(handle, CURLMOPT_MAX_HOST_CONNECTIONS, Self.mostPerHost)
    }
  }

  func nextID() -> UInt64 { ids.wrappingAdd(1, ordering: .relaxed).oldValue }

  func submit(_ job: Job) {
    let accepted = inbox.withLock { inbox in
      guard !inbox.stopping else { return false }
      inbox.jobs.append(job)
      return true
    }
    if accepted { wake() } else { job.finish(.failure(.notSent("the HTTP client is stopped"))) }
  }

  func cancel(_ id: UInt64) {
    inbox.withLock { $0.cancelled.append(id) }
    wake()
  }

  func stop() {
    inbox.withLock { $0.stopping = true }
    wake()
  }

  private func wake() {
    if let handle = multi.handle { curl_multi_wakeup(handle) }
  }

  /// Runs the loop on a thread of its own, which keeps `self` alive until `stop`.
  func startThread() {
    var thread = pthread_t()
    let context = Unmanaged.passRetained(self).toOpaque()
    let code = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<TransferLoop>.fromOpaque(context).takeRetainedValue().run()
        return nil
      }, context)
    if code == 0 {
      pthread_detach(thread)
    } else {
      Unmanaged<TransferLoop>.fromOpaque(context).release()
      inbox.withLock { $0.stopping = true }
    }
  }

  private func run() {
    guard let handle = multi.handle else {
      let waiting = inbox.withLock { inbox in
        inbox.stopping = true
        defer { inbox.jobs = [] }
        return inbox.jobs
      }
      for job in waiting { job.finish(.failure(.notSent("libcurl could not be initialised"))) }
      return
    }
    var running: [UInt64: (job: Job, transfer: OpaquePointer)] = [:]
    var line = TransferLine(most: Self.mostPerHost)
    func begin(_ first: Job?) {
      var next = first
      while let job = next {
        if let transfer = Self.start(job) {
          running[job.id] = (job, transfer)
          curl_multi_add_handle(handle, ccurl_handle(transfer))
          return
        }
        job.finish(.failure(.notSent("libcurl refused the request to \(job.request.url.host)")))
        next = line.leave(job)
      }
    }
    while true {
      let (jobs, cancelled, stopping) = inbox.withLock { inbox in
        defer {
          inbox.jobs = []
          inbox.cancelled = []
        }
        return (inbox.jobs, inbox.cancelled, inbox.stopping)
      }
      for job in jobs { begin(line.enter(job)) }
      // After `jobs`: a task that is cancelled at once has its job and its cancellation in the same batch.
      let ending = stopping ? Array(running.keys) : cancelled
      for job in stopping ? line.removeAll() : cancelled.compactMap({ line.remove($0) }) {
        job.finish(.failure(.notSent(stopping ? "the host is stopping" : "the task was cancelled")))
      }
      for id in ending {
        guard let (job, transfer) = running.removeValue(forKey: id) else { continue }
        curl_multi_remove_handle(handle, ccurl_handle(transfer))
        let reason = stopping ? "the host is stopping" : "the task was cancelled"
        job.finish(.failure(ccurl_times_sent(transfer) > 0 ? .lost(reason) : .notSent(reason)))
        ccurl_free(transfer)
        if !stopping { begin(line.leave(job)) }
      }
      if stopping { break }
      var active: Int32 = 0
      curl_multi_perform(handle, &active)
      var left: Int32 = 0
      while let message = curl_multi_info_read(handle, &left) {
        guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle,
          let transfer = ccurl_of_handle(easy)
        else { continue }
        // The message is gone after curl_multi_remove_handle: read it first.
        let code = message.pointee.data.result
        curl_multi_remove_handle(handle, easy)
        let result = Self.result(of: transfer, code: code)
        let ended = running.removeValue(forKey: ccurl_mark(transfer))?.job
        ccurl_free(transfer)
        ended?.finish(result)
        if let ended { begin(line.leave(ended)) }
      }
      curl_multi_poll(handle, nil, 0, 60_000, nil)
    }
    curl_multi_cleanup(handle)
  }

  private static func start(_ job: Job) -> OpaquePointer? {
    let request = job.request
    let lines = request.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
    var pointers: [UnsafePointer<CChar>?] = lines.map { line in
      strdup(line).map { UnsafePointer($0) }
    }
    pointers.append(nil)
    defer { for case let pointer? in pointers { free(UnsafeMutableRawPointer(mutating: pointer)) } }
    let body = request.body ?? []
    return request.method.withCString { method in
      request.url.description.withCString { url in
        pointers.withUnsafeBufferPointer { headers in
          body.withUnsafeBufferPointer { bytes in
            var wire = ccurl_request(
              method: method, url: url, headers: headers.baseAddress, body: bytes.baseAddress,
              body_length: bytes.count, has_body: request.body == nil ? 0 : 1, may_repeat: request.mayRepeat ? 1 : 0,
              connect_timeout_ms: request.connectTimeout, timeout_ms: request.timeout,
              longest_answer: job.longestAnswer)
            return ccurl_start(&wire, job.id)
          }
        }
      }
    }
  }

  private static func result(of transfer: OpaquePointer, code: CURLcode) -> Result<HTTPResponse, TransportError> {
    guard code == CURLE_OK else {
      let detail = String(cString: ccurl_error(transfer))
      var reason = detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail
      if ccurl_too_long(transfer) != 0 { reason = "the answer is longer than allowed" }
      return .failure(ccurl_times_sent(transfer) > 0 ? .lost(reason) : .notSent(reason))
    }
    var count = 0
    let body = Array(UnsafeBufferPointer(start: ccurl_body(transfer, &count), count: count))
    let lines = Array(UnsafeBufferPointer(start: ccurl_headers(transfer, &count), count: count))
    return .success(
      HTTPResponse(status: ccurl_status(transfer), headers: HTTPResponse.headers(ofLines: lines), body: body))
  }
}
