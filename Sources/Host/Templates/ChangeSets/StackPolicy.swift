public import JSON
public struct StackPolicy: Sendable {
  public init(json: JSON) throws(TemplateError) {}
  public func denied(in changes: ChangeSet) -> Set<String> { [] }
}
