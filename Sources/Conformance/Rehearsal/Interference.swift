internal import Contract
internal import JSON

/// What goes wrong in an operation, at the effect of that number (from 0).
enum Interference: Sendable {
  case none
  /// The service answers so instead, once; the effect is not done.
  case answer(Cassette.Answer, at: Int)
  /// No answer arrives, once; the effect was done or not.
  case lost(isDone: Bool, at: Int)
  /// The operation ends after that effect, and is not resumed.
  case stop(after: Int)
}

/// How an operation ended.
enum Conclusion: Hashable, Sendable {
  case done(Readiness)
  case failed(ErrorCode, String)
  /// The interference stopped it.
  case stopped
  /// A call that must not be repeated lost its reply: the host asks a person.
  case held
}
