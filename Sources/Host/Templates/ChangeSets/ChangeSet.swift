public import Contract
internal import JSON

/// What an update of a stack would do, before it is done (CloudFormation user guide, "Update CloudFormation stacks using change sets").
public struct ChangeSet: Sendable {
  /// What may be done, by logical id: what the templates alone tell. A value that follows from a resource that changes counts as a change.
  public var changes: [ResourceChange]
  /// What is done as far as values tell, by logical id: a reference whose value stays is no change, and each place of a property is told.
  public var valueChanges: [ResourceChange]
  /// Whether executing it would change nothing at all, no output either. CloudFormation fails such a change set with "The submitted
  /// information didn't contain changes. Submit different information to create a change set."
  public var isEmpty: Bool

  /// Compares two versions of a template.
  ///
  /// A type without a schema counts as one that is changed in place: nothing is known that would ask for a replacement.
  /// - Parameters:
  ///   - from: the template as it was last run; nil for a stack that is to be created.
  ///   - standing: the resources of the stack by logical id. What the old template has and does not stand is made anew.
  ///   - to: the template that is to be run.
  ///   - schemas: by the types' names.
  ///   - pseudo: `AWS::Region` and the like.
  /// - Throws: a resource that would change its type, at its place in the new template.
  public init(
    from: TemplateVersion?, standing: [String: StandingResource], to: TemplateVersion, schemas: [String: TypeSchema], pseudo: [String: String]
  ) throws(SourceError) {
    let computation = ChangeComputation(from: from, standing: standing, to: to, schemas: schemas, pseudo: pseudo)
    try computation.refuseOtherTypes()
    changes = computation.changes(.templates)
    valueChanges = computation.changes(.values)
    isEmpty = changes.isEmpty && (from?.resolved.outputs ?? [:]) == to.resolved.outputs
  }
}
