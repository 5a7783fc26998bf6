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

  static func fail(_ evidence: String, remedy: String) -> Finding { Finding(outcome: .fail, evidence: evidence, remedy: remedy) }
  static func warn(_ evidence: String, remedy: String) -> Finding { Finding(outcome: .warn, evidence: evidence, remedy: remedy) }
  static func skip(_ reason: String) -> Finding { Finding(outcome: .skip, evidence: reason, remedy: "") }
}
