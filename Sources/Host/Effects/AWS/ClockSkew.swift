internal import Synchronization

/// How far the clocks of servers are ahead of ours, by host, learned from the Date headers of their answers.
/// AWS refuses a signature whose date is more than five minutes off.
final class ClockSkew: Sendable {
  /// A smaller difference is not worth a correction, in seconds.
  static let tolerated = 240.0

  private let offsets = Mutex<[String: Double]>([:])

  /// What to add to our time for that host, in seconds.
  func offset(for host: String) -> Double { offsets.withLock { $0[host] ?? 0 } }

  /// Looks at an answer's Date header. Returns whether the offset for the host changed by more than is tolerated.
  func learn(from response: HTTPResponse, host: String, now: Timestamp) -> Bool {
    guard let text = response.headers["date"], let theirs = Timestamp(httpDate: text) else { return false }
    let difference = theirs.seconds - now.seconds
    return offsets.withLock { offsets in
      let known = offsets[host] ?? 0
      guard abs(difference - known) > Self.tolerated else { return false }
      offsets[host] = abs(difference) > Self.tolerated ? difference : nil
      return true
    }
  }
}
