/// What tells credentials from others, and says nothing else of them.
public struct CredentialsMark: Hashable, Sendable {
  private let value: Int

  /// The mark of these credentials, in this process.
  public init(_ credentials: some Hashable) { value = credentials.hashValue }
}

/// How long a held operation is left alone: trying it again costs commits, and changes nothing as long as what it waits for has not changed.
struct Patience: Sendable {
  /// How often in a row it was held.
  private(set) var attempts = 0
  /// When it was held the last time, in milliseconds of the steady clock.
  private var heldAt: Int64 = 0
  /// The credentials with which it was tried, in the order of its stack's scopes.
  private var tried: [CredentialsMark?] = []

  /// The longest that time alone is waited for, in milliseconds.
  static let longest: Int64 = 600_000
  /// The longest that other credentials wait: some sources give others each time they are asked, which is no renewal.
  private static let longestWithOthers: Int64 = 30_000
  /// How many holds in a row other credentials follow at once.
  private static let atOnce = 2

  /// It was held.
  /// - Parameters:
  ///   - credentials: those with which it was tried.
  ///   - now: in milliseconds of the steady clock.
  mutating func hold(with credentials: [CredentialsMark?], at now: Int64) {
    attempts += 1
    heldAt = now
    tried = credentials
  }

  /// Whether it is worth trying.
  /// - Parameters:
  ///   - credentials: those that the host holds now.
  ///   - now: in milliseconds of the steady clock.
  func isOver(with credentials: [CredentialsMark?], at now: Int64) -> Bool {
    let waited = now - heldAt
    if waited >= min(Self.longest, 1000 << Int64(min(attempts, 12))) { return true }
    guard credentials != tried else { return false }
    return attempts <= Self.atOnce || waited >= min(Self.longestWithOthers, 250 << Int64(min(attempts, 12)))
  }
}
