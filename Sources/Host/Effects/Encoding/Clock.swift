internal import Glibc

/// Time and chance, handed in so that tests decide them.
public struct EffectClock: Sendable {
  /// The time of day.
  public var now: @Sendable () -> Timestamp
  /// Waits that many seconds; ends early, by an error, when the task is cancelled.
  public var sleep: @Sendable (Double) async throws -> Void
  /// A number in 0..<1.
  public var random: @Sendable () -> Double

  /// A clock of these parts.
  public init(
    now: @escaping @Sendable () -> Timestamp, sleep: @escaping @Sendable (Double) async throws -> Void,
    random: @escaping @Sendable () -> Double
  ) {
    self.now = now
    self.sleep = sleep
    self.random = random
  }

  /// The system's.
  public static let system = EffectClock(
    now: {
      var time = timespec()
      clock_gettime(CLOCK_REALTIME, &time)
      return Timestamp(seconds: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
    },
    sleep: { try await Task.sleep(for: .seconds($0)) },
    random: { Double.random(in: 0..<1) })
}
