public import JSON

/// The secrets that a request sent, looked for in its answer: a cloud that says them again must not bring them into the history.
///
/// An id that happens to hold a password which is a common word ("secret" in an ARN of Secrets Manager) must reach the driver as it is:
/// such words are only masked in the text of errors.
public struct EchoedSecrets {
  private let handles: [String: String]
  private let unkept: Set<String>
  private let masked: [String]

  /// - Parameters:
  ///   - secrets: the values that were sent, by handle.
  ///   - unkept: values that were sent and have no handle, since nothing keeps them.
  ///   - isError: whether the answer is an error, whose text people read.
  public init(_ secrets: [String: String], unkept: Set<String> = [], isError: Bool) {
    self.unkept = unkept
    handles = Dictionary(secrets.map { ($0.value, $0.key) }) { first, _ in first }
    masked = (Array(secrets.values) + unkept).filter { isError ? $0.utf8.count >= 6 : Self.isUnmistakable($0) }.sorted { $0.utf8.count > $1.utf8.count }
  }

  /// The answer with each text that is a secret replaced by its handle, and each part of a text that is one masked.
  public func hidden(in answer: JSON) -> JSON {
    guard !handles.isEmpty || !unkept.isEmpty else { return answer }
    switch answer {
    case .string(let text):
      if let handle = handles[text] { return ["$secret": .string(handle)] }
      if unkept.contains(text) { return .string(Redactor.mask) }
      return .string(masked.reduce(text) { $0.split(separator: $1, omittingEmptySubsequences: false).joined(separator: Redactor.mask) })
    case .array(let elements): return .array(elements.map(hidden))
    case .object(let members): return .object(members.mapValues(hidden))
    default: return answer
    }
  }

  /// Long and mixed enough that no cloud has it in an id by chance: ten characters, with letters and something else.
  private static func isUnmistakable(_ secret: String) -> Bool {
    secret.count >= 10 && secret.contains(where: \.isLetter) && secret.contains { !$0.isLetter && $0 != "-" && $0 != "." }
  }
}
