public import JSON

/// One change of a resource and why it happens (API reference, "ResourceChangeDetail").
public struct ChangeDetail: Hashable, Sendable {
  /// What changes.
  public var target: ChangeTarget
  /// Why.
  public var source: Source
  /// Whether what changes is known before the change set is executed.
  public var evaluation: Evaluation

  /// Where a change comes from.
  public enum Source: Hashable, Sendable {
    /// The template says something else.
    case directModification
    /// A parameter has another value.
    case parameterReference(String)
    /// `Ref` to a resource gives something else.
    case resourceReference(String)
    /// `Fn::GetAtt` gives something else.
    case resourceAttribute(String, attribute: String)
    /// The template of a nested stack has changed, or may have.
    case automatic
  }

  /// When the value is known.
  public enum Evaluation: String, Hashable, Sendable {
    case known = "Static"
    case onExecution = "Dynamic"
  }

  /// What the change alone asks for (API reference, "ResourceChange", Replacement).
  var replacement: ResourceChange.Replacement {
    switch (target.recreation, evaluation) {
    case (.never, _): .never
    case (.always, .known): .always
    case (.always, .onExecution), (.conditionally, _): .conditional
    }
  }
}

/// What changes of a resource (API reference, "ResourceTargetDefinition").
public struct ChangeTarget: Hashable, Sendable {
  /// The kind of attribute.
  public var attribute: ResourceAttribute
  /// The name of the property; nil for the other kinds.
  public var property: String?
  /// Whether the change makes the thing anew.
  public var recreation: Recreation
  /// Where and what, when values are compared; nil when only the templates are.
  public var value: ValueChange?
}

/// What a resource has, in the order in which `Scope` lists it (API reference, "ResourceTargetDefinition", Attribute).
public enum ResourceAttribute: String, Hashable, Sendable, CaseIterable {
  case properties = "Properties"
  case metadata = "Metadata"
  case creationPolicy = "CreationPolicy"
  case updatePolicy = "UpdatePolicy"
  case deletionPolicy = "DeletionPolicy"
  case updateReplacePolicy = "UpdateReplacePolicy"
  /// The property that carries tags, where it is a list of them.
  case tags = "Tags"
}

/// Whether a change of a property makes the thing anew (API reference, "ResourceTargetDefinition", RequiresRecreation).
public enum Recreation: String, Hashable, Sendable {
  case never = "Never"
  case conditionally = "Conditionally"
  case always = "Always"
}

/// A value that comes, goes or becomes another, secrets masked.
public struct ValueChange: Hashable, Sendable {
  /// From the resource on: `/Properties/Tags/0/Value`.
  public var path: JSONPointer
  /// What becomes of it.
  public var kind: Kind

  /// What becomes of a value.
  public enum Kind: Hashable, Sendable {
    case add(JSON)
    case remove(JSON)
    case modify(before: JSON, after: JSON)
  }
}
