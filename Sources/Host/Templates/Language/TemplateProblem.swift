/// Something in a template that CloudFormation would refuse, or that its user should know.
public struct TemplateProblem: Hashable, Sendable, CustomStringConvertible {
  /// What a problem leads to.
  public enum Severity: String, Hashable, Sendable {
    /// The template is refused.
    case error
    /// The template is accepted.
    case warning
  }

  /// What it leads to.
  public let severity: Severity
  /// The place, and the sentence.
  public let error: SourceError

  /// A problem at a place.
  public init(severity: Severity, error: SourceError) {
    self.severity = severity
    self.error = error
  }

  /// `file:line:column: sentence`.
  public var description: String { severity == .warning ? "\(error.file):\(error.line):\(error.column): warning: \(error.problem)" : error.description }
}
