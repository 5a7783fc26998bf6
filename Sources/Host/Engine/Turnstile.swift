internal import Synchronization

/// Lets so many of an operation's resources be stepped at a time; the others wait before they begin.
///
/// Thousands that begin at the same moment would each have their requests, answers and frames in memory at once, though a few workers and one writer do the
/// work. Who has been inside for long waits for its cloud, and is counted no more: nobody waits for a cloud that hangs but those that ask it.
final class Turnstile: Sendable {
  private struct Line {
    /// Who is inside and counts, and since when, in milliseconds.
    var inside: [UInt64: Int64] = [:]
    var waiting: [CheckedContinuation<UInt64, Never>] = []
    /// The first that waits.
    var next = 0
    var isWatched = false

    var isEmpty: Bool { inside.isEmpty && next == waiting.count }
  }

  private struct State {
    var lines: [String: Line] = [:]
    var lastID: UInt64 = 0
  }

  private let most: Int
  private let patience: Int
  private let timer: Timer
  private let state = Mutex(State())

  /// - Parameters:
  ///   - most: how many of one operation are inside.
  ///   - patience: after how many milliseconds one that is inside is counted no more.
  init(most: Int = 128, patience: Int = 2000, timer: Timer) {
    self.most = most
    self.patience = patience
    self.timer = timer
  }

  /// Waits for a turn. Not cut short when the task is cancelled: whoever is cancelled leaves soon.
  /// - Returns: what `leave` is told.
  func enter(_ operation: String) async -> UInt64 {
    await withCheckedContinuation { continuation in
      let (id, begins) = state.withLock { state -> (UInt64?, Bool) in
        var line = state.lines.removeValue(forKey: operation) ?? Line()
        defer { state.lines[operation] = line }
        if line.inside.count < most { return (Self.admit(&state.lastID, &line), false) }
        line.waiting.append(continuation)
        let begins = !line.isWatched
        line.isWatched = true
        return (nil, begins)
      }
      if let id { continuation.resume(returning: id) }
      if begins { Task { await self.watch(operation) } }
    }
  }

  /// Makes room.
  func leave(_ operation: String, _ id: UInt64) {
    let next = state.withLock { state -> (CheckedContinuation<UInt64, Never>, UInt64)? in
      guard var line = state.lines.removeValue(forKey: operation) else { return nil }
      defer { if !line.isEmpty || line.isWatched { state.lines[operation] = line } }
      // Who was inside for too long has made room already.
      guard line.inside.removeValue(forKey: id) != nil else { return nil }
      return Self.admitNext(&state.lastID, &line)
    }
    if let (continuation, id) = next { continuation.resume(returning: id) }
  }

  /// Counts out those that have been inside for long, for as long as somebody waits.
  private func watch(_ operation: String) async {
    while true {
      try? await timer.sleep(milliseconds: patience / 4)
      let (admitted, isOver) = state.withLock { state -> ([(CheckedContinuation<UInt64, Never>, UInt64)], Bool) in
        guard var line = state.lines.removeValue(forKey: operation) else { return ([], true) }
        defer { if !line.isEmpty { state.lines[operation] = line } }
        let due = Clock.steadyMilliseconds() - Int64(patience)
        line.inside = line.inside.filter { $0.value > due }
        var admitted: [(CheckedContinuation<UInt64, Never>, UInt64)] = []
        while line.inside.count < most, let next = Self.admitNext(&state.lastID, &line) { admitted.append(next) }
        line.isWatched = line.next < line.waiting.count
        return (admitted, !line.isWatched)
      }
      for (continuation, id) in admitted { continuation.resume(returning: id) }
      if isOver { return }
    }
  }

  private static func admit(_ lastID: inout UInt64, _ line: inout Line) -> UInt64 {
    lastID += 1
    line.inside[lastID] = Clock.steadyMilliseconds()
    return lastID
  }

  private static func admitNext(_ lastID: inout UInt64, _ line: inout Line) -> (CheckedContinuation<UInt64, Never>, UInt64)? {
    guard line.next < line.waiting.count else { return nil }
    let continuation = line.waiting[line.next]
    line.next += 1
    if line.next == line.waiting.count { (line.waiting, line.next) = ([], 0) }
    return (continuation, admit(&lastID, &line))
  }
}
