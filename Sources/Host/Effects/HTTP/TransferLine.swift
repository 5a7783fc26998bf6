/// Who may start: so many transfers to one host at a time. The others wait here as plain requests, each a fraction of what a handle of libcurl
/// takes, and their time to answer does not run.
struct TransferLine {
  private struct Host {
    var running = 0
    /// In order; those of the cancelled are not in `waiting` any more.
    var queue: [UInt64] = []
    var next = 0
  }

  private let most: Int
  private var hosts: [String: Host] = [:]
  private var waiting: [UInt64: TransferLoop.Job] = [:]

  /// - Parameter most: how many may run to one host.
  init(most: Int) { self.most = most }

  /// Lets a job start, or keeps it.
  mutating func enter(_ job: TransferLoop.Job) -> TransferLoop.Job? {
    let authority = job.request.url.authority
    if hosts[authority, default: Host()].running < most {
      hosts[authority, default: Host()].running += 1
      return job
    }
    hosts[authority, default: Host()].queue.append(job.id)
    waiting[job.id] = job
    return nil
  }

  /// Says that a transfer has ended.
  /// - Returns: the one that may start in its place.
  mutating func leave(_ job: TransferLoop.Job) -> TransferLoop.Job? {
    let authority = job.request.url.authority
    guard var host = hosts.removeValue(forKey: authority) else { return nil }
    while host.next < host.queue.count {
      let id = host.queue[host.next]
      host.next += 1
      guard let next = waiting.removeValue(forKey: id) else { continue }
      if host.next > 1000, host.next * 2 > host.queue.count {
        host.queue.removeFirst(host.next)
        host.next = 0
      }
      hosts[authority] = host
      return next
    }
    host.running -= 1
    (host.queue, host.next) = ([], 0)
    if host.running > 0 { hosts[authority] = host }
    return nil
  }

  /// Takes a job out that waits; nil when it does not.
  mutating func remove(_ id: UInt64) -> TransferLoop.Job? { waiting.removeValue(forKey: id) }

  /// Takes all out that wait.
  mutating func removeAll() -> [TransferLoop.Job] {
    defer { waiting = [:] }
    return Array(waiting.values)
  }
}
