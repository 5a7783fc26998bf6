/// How often and how long after one another an effect is tried: exponential back-off with full jitter
/// (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog).
public struct RetryPolicy: Hashable, Sendable {
  /// The most tries, the first one included.
  public var tries: Int
  /// The longest wait before the second try, in seconds; it doubles with each further try.
  public var base: Double
  /// The longest wait of all, in seconds.
  public var cap: Double
  /// The longest `Retry-After` that is waited for here, in seconds; with a longer one the answer goes to the driver.
  public var longestRetryAfter: Double

  /// A policy; the defaults are those of docs/effects.md.
  public init(tries: Int = 8, base: Double = 0.1, cap: Double = 20, longestRetryAfter: Double = 60) {
    self.tries = tries
    self.base = base
    self.cap = cap
    self.longestRetryAfter = longestRetryAfter
  }

  /// The wait after a try, in seconds.
  /// - Parameters:
  ///   - attempt: the try that failed, from 1.
  ///   - random: in 0..<1.
  public func delay(after attempt: Int, random: Double) -> Double {
    var longest = base
    for _ in 1..<max(attempt, 1) where longest < cap { longest *= 2 }
    return random * min(cap, longest)
  }

  /// Reads `Retry-After`: seconds or a date (RFC 9110, 10.2.3); nil when there is none that can be read.
  static func retryAfter(_ headers: [String: String], now: Timestamp) -> Double? {
    guard let text = headers["retry-after"]?.trimmed else { return nil }
    if let seconds = Double(text), seconds >= 0, seconds.isFinite { return seconds }
    return Timestamp(httpDate: text).map { max(0, $0.seconds - now.seconds) }
  }
}
