/// Whether to look for what comes next without sleeping. Steps of a driver that has much to do follow each other within microseconds, and being put to sleep
/// and woken again costs more than a step; those of things that are only polled do not, and looking for them in vain costs more than they do. So one looks
/// where the last wait was short. The worker does the same (frames.c).
struct Spin {
  /// How long one looks, in microseconds.
  private static let length = 50
  /// A wait that is shorter than this was short, in microseconds; being woken is in it.
  private static let short = 200

  private var isShort = false
  private var start = 0

  /// Begins a wait. - Returns: until when one looks, in microseconds; `now` where one sleeps at once.
  mutating func end(from now: Int) -> Int {
    start = now
    return isShort ? now + Self.length : now
  }

  /// Ends the wait.
  mutating func waited(until now: Int) { isShort = now - start < Self.short }
}
