internal import Glibc
internal import JSON

/// Follows an operation to its end: one line per event, and on a terminal a last line that shows what is under way.
struct OperationProgress {
  let client: HostClient
  let operation: String
  /// Milliseconds after which following stops; nil for never.
  var timeout: Int?

  /// Follows it.
  /// - Throws: `CommandFailure` when the operation failed, was cancelled or is held, or when the time is over.
  func follow() throws {
    Interrupt.install(operation: operation)
    var after: Int64 = 0
    var underWay: [String: String] = [:]
    var problem: String?
    let start = Self.now()
    while true {
      var wait = 20_000
      if let timeout {
        let left = timeout - (Self.now() - start)
        guard left > 0 else {
          throw CommandFailure("operation \(operation) is still running: follow it with `cld operation wait \(operation)`", .unavailable)
        }
        wait = min(wait, left)
      }
      let answer = try client.send(
        "GET", ["v1", "operations", operation, "events"], query: ["after": String(after), "wait_ms": String(wait)])
      if answer["store_problem"]?.string != problem {
        problem = answer["store_problem"]?.string
        clearFooter()
        Console.note(problem.map { "waiting: \($0)" } ?? "the state can be written again")
      }
      let events = answer["events"]?.array ?? []
      for event in events {
        after = max(after, event["seq"]?.int ?? 0)
        show(event, &underWay)
      }
      footer(underWay)
      // The last events come with, or after, the end itself.
      guard events.isEmpty, let status = answer["status"]?.string, status != "RUNNING" else { continue }
      clearFooter()
      let reason = answer["reason"]?.string ?? ""
      switch status {
      case "SUCCEEDED": return
      case "HELD":
        throw CommandFailure("held: \(reason). Nothing was undone; it goes on with the next `cld` command that can help it, or `cld operation wait \(operation)`", .unavailable)
      default: throw CommandFailure(reason.isEmpty ? "the operation ended as \(status)" : reason, .failed)
      }
    }
  }

  private func show(_ event: JSON, _ underWay: inout [String: String]) {
    let status = event["status"]?.string ?? ""
    let id = event["logical_id"]?.string ?? ""
    if event["type"]?.string == "Cld::Operation" { return }
    if status.hasSuffix("IN_PROGRESS") || status == "WAITING" {
      underWay[id] = event["reason"]?.string ?? underWay[id] ?? ""
    } else {
      underWay[id] = nil
    }
    clearFooter()
    let time = event["time"]?.string.map { String($0.dropFirst(11).prefix(8)) } ?? ""
    let reason = event["reason"]?.string.map { "  \($0)" } ?? ""
    Console.note("\(time)  \(colour(status))  \(id)  \(event["type"]?.string ?? "")\(reason)")
  }

  private func colour(_ status: String) -> String {
    let padded = status + String(repeating: " ", count: max(0, 20 - status.count))
    guard Console.isColourful else { return padded }
    if status.hasSuffix("FAILED") || status == "DRIVER_FAULT" { return "\u{1b}[31m\(padded)\u{1b}[0m" }
    if status.hasSuffix("COMPLETE") { return "\u{1b}[32m\(padded)\u{1b}[0m" }
    return "\u{1b}[33m\(padded)\u{1b}[0m"
  }

  private func footer(_ underWay: [String: String]) {
    guard isatty(2) == 1, !underWay.isEmpty else { return }
    let text = underWay.keys.sorted().joined(separator: ", ")
    Console.progress("… \(underWay.count) under way: \(text.prefix(100))")
  }

  private func clearFooter() { if isatty(2) == 1 { Console.progress("\r\u{1b}[K") } }

  private static func now() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
  }
}

/// Ctrl-C leaves the operation running and says how to follow or cancel it.
enum Interrupt {
  /// Made before the handler is installed and never freed: a signal handler may only write what is ready.
  /// Sound: written once, on the main thread, before `signal`.
  nonisolated(unsafe) private static var message: UnsafeMutablePointer<CChar>?

  static func install(operation: String) {
    message = strdup(
      "\nThe operation goes on. Follow it: cld operation wait \(operation)   Cancel it: cld operation cancel \(operation)\n")
    signal(SIGINT) { _ in
      if let message = Interrupt.message { write(2, message, strlen(message)) }
      _exit(130)
    }
  }
}
