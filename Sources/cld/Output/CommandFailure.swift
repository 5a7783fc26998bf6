internal import JSON

/// Ends the command with one sentence on standard error.
struct CommandFailure: Error {
  let message: String
  let status: ExitStatus
  /// Whether the host wants to know what becomes of the data before it deletes.
  var needsSnapshotDecision = false

  init(_ message: String, _ status: ExitStatus) {
    self.message = message
    self.status = status
  }

  /// A problem document of the host (RFC 9457).
  init(problem: JSON, status: Int) {
    message = problem["detail"]?.string ?? "the host answered with status \(status)"
    self.status = problem["exit"]?.int.flatMap { ExitStatus(rawValue: Int32($0)) } ?? .unavailable
    needsSnapshotDecision = problem["type"]?.string == "urn:cld:snapshot-decision"
  }
}
