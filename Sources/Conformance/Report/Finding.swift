/// What a test came to.
enum Outcome: String, CaseIterable, Sendable {
  /// The worst first, as reports show them.
  case crash, hang, fail, warn, skip, pass

  /// Whether the check as a whole fails of it.
  var isFailure: Bool { self == .crash || self == .hang || self == .fail }
}

/// Why a test did not simply pass: thrown by it, printed to the author.
struct Finding: Error, Hashable, Sendable {
  var outcome: Outcome
  /// What was seen.
  var evidence: String
  /// What to do about it.
  var remedy: String
  /// What sort of finding it is, for tests that look for one sort or live with one.
  var cause = Cause.contract

  /// The sorts of findings.
  enum Cause: Hashable, Sendable {
    /// The driver, or the plugin, is not as the contract says.
    case contract
    /// An answer shows a secret.
    case secret
    /// The cassette has no answer to what the driver asks.
    case notRecorded
  }

  static func fail(_ evidence: String, remedy: String, _ cause: Cause = .contract) -> Finding {
    Finding(outcome: .fail, evidence: evidence, remedy: remedy, cause: cause)
  }
  static func warn(_ evidence: String, remedy: String) -> Finding { Finding(outcome: .warn, evidence: evidence, remedy: remedy) }
  static func skip(_ reason: String) -> Finding { Finding(outcome: .skip, evidence: reason, remedy: "") }
}
