internal import Contract

/// Why a step, and with it an operation, stops before its end.
enum Interruption: Error, CustomStringConvertible {
  /// The driver or the cloud says no: this resource fails.
  case failed(StepAnswer.Failure)
  /// A create whose answer holds a secret that the cloud shows once was sent, and the answer is lost: nobody has the key.
  case secretLost
  /// Goes on only after a person or the network has changed something. Nothing is undone.
  case held(reason: String)

  var description: String {
    switch self {
    case .failed(let failure): failure.message
    case .secretLost: "the answer with the secret is lost"
    case .held(let reason): reason
    }
  }

  /// Whether it goes on once somebody has done something.
  var isHeld: Bool { if case .held = self { true } else { false } }

  static func failure(_ code: ErrorCode, _ message: String) -> Interruption {
    .failed(StepAnswer.Failure(code: code, message: message))
  }
}
