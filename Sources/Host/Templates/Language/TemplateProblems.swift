/// A template that cannot be run, with everything that is wrong in it.
public struct TemplateProblems: Error, Sendable, CustomStringConvertible {
  /// What is wrong, in the order of the file; warnings are left out.
  public let errors: [TemplateProblem]

  /// The errors among these problems; nil when there is none.
  public init?(_ problems: [TemplateProblem]) {
    errors = problems.filter { $0.severity == .error }
    if errors.isEmpty { return nil }
  }

  /// One line each, with file, line and column.
  public var description: String { errors.map { $0.error.description }.joined(separator: "\n") }
}
