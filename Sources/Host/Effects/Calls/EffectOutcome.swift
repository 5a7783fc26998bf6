public import JSON

/// What came of an effect.
public enum EffectOutcome: Hashable, Sendable {
  /// The cloud answered, with success or with an error that the driver judges.
  case answer(EffectAnswer)
  /// It may have been executed; nobody knows.
  case lost(reason: String)
  /// Surely nothing was executed: the cloud could not be reached.
  case notSent(reason: String)
  /// The driver asked for what its manifest does not allow, or for an expression that has no value. Nothing was sent.
  case refused(reason: String)
  /// The cloud does not accept the credentials, or there are none; the message says which and what to do.
  case unauthenticated(message: String)
}

/// An answer whose secrets are already handles.
public struct EffectAnswer: Hashable, Sendable {
  /// The HTTP status.
  public var status: Int
  /// The headers that a driver may see, names in lower case.
  public var headers: [String: String]
  /// The whole body.
  public var body: JSON
  /// The part that the effect's `select` asks for; what enters history.
  public var selected: JSON
  /// Whether an earlier try of the same effect may have been executed, or may still be.
  public var followsLoss: Bool

  /// An answer.
  public init(status: Int, headers: [String: String], body: JSON, selected: JSON, followsLoss: Bool = false) {
    self.followsLoss = followsLoss
    self.status = status
    self.headers = headers
    self.body = body
    self.selected = selected
  }
}
