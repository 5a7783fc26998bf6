internal import Synchronization

/// What keeps the state from being written at this moment; nil while it can be.
final class StoreTrouble: Sendable {
  private let sentence = Mutex<String?>(nil)

  var current: String? { sentence.withLock { $0 } }

  /// Remembers how a write has ended.
  func note(_ error: (any Error)?) {
    let trouble = (error as? SQLiteError).flatMap { $0.isPassing || $0.isDamage ? $0.sentence : nil }
    // What the body of a write refuses says nothing of the disk.
    if error == nil || trouble != nil { sentence.withLock { $0 = trouble } }
  }
}
