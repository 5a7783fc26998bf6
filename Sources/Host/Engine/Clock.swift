internal import Faults
internal import Glibc

/// The wall clock; tests give their own.
public struct Clock: Sendable {
  /// Milliseconds since 1970.
  public var milliseconds: @Sendable () -> Int64

  /// A clock.
  public init(milliseconds: @escaping @Sendable () -> Int64) { self.milliseconds = milliseconds }

  /// The machine's clock.
  public static let system = Clock {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000 + Faults.clockOffset
  }

  /// Milliseconds of a clock that never jumps and says nothing of the time of day: for what must surely have passed.
  static func steadyMilliseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }

  /// Seconds since 1970.
  var seconds: Int64 { milliseconds() / 1000 }
}
