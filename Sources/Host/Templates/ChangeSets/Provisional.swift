public import Contract
public import JSON
public struct StandingResource: Sendable {
  public var type: String, physicalID: String, properties: JSON, attributes: JSON
  public init(type: String, physicalID: String, properties: JSON, attributes: JSON) { self.type = type; self.physicalID = physicalID; self.properties = properties; self.attributes = attributes }
}
public struct ChangeSet: Sendable {
  public var isEmpty = false
  public init(from: TemplateVersion?, standing: [String: StandingResource], to: TemplateVersion, schemas: [String: TypeSchema], pseudo: [String: String]) throws(SourceError) {}
  public func json(includesValues: Bool) -> JSON { [] }
}
public struct StackPolicy: Sendable {
  public init(json: JSON) throws(TemplateError) {}
  public func denied(in changes: ChangeSet) -> Set<String> { [] }
}
