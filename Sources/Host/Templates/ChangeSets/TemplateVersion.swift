public import JSON

/// A template with its parameters' values, as it was run or is to be run.
public struct TemplateVersion: Sendable {
  /// The source, with places.
  public var document: SourceDocument
  /// The values of its parameters.
  public var parameters: ParameterValues
  /// What `TemplateResolver` made of the two.
  public var resolved: ResolvedTemplate

  /// A version of a stack's template.
  public init(document: SourceDocument, parameters: ParameterValues, resolved: ResolvedTemplate) {
    self.document = document
    self.parameters = parameters
    self.resolved = resolved
  }
}

/// A resource as it stands in the cloud, as the store records it.
public struct StandingResource: Sendable {
  /// The type's name.
  public var type: String
  /// What `Ref` gives.
  public var physicalID: String
  /// The properties as last asked for: evaluated, secrets as expressions.
  public var properties: JSON
  /// What the driver reported: what `Fn::GetAtt` gives, nested by the parts of the attribute's name.
  public var attributes: JSON

  /// A resource that stands.
  public init(type: String, physicalID: String, properties: JSON, attributes: JSON) {
    self.type = type
    self.physicalID = physicalID
    self.properties = properties
    self.attributes = attributes
  }
}
