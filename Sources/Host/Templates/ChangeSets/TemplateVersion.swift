/// A template with its parameters' values, as it was run or is to be run.
public struct TemplateVersion: Sendable {
  /// The source, with places.
  public var document: SourceDocument
  /// The values of its parameters.
  public var parameters: ParameterValues
  /// What the resolver made of both.
  public var resolved: ResolvedTemplate

  /// A version.
  public init(document: SourceDocument, parameters: ParameterValues, resolved: ResolvedTemplate) {
    self.document = document
    self.parameters = parameters
    self.resolved = resolved
  }
}
