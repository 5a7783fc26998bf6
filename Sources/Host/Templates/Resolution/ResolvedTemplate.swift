public import JSON

/// A template with everything put in that is known before anything exists.
public struct ResolvedTemplate: Hashable, Sendable {
  /// The resources that are made under the conditions, each as its section of the template without `Condition`.
  public var resources: [String: JSON] = [:]
  /// The same resources as the template has them, with loops unrolled and nothing put in: what tells which parameters a value follows from.
  public var sources: [String: JSON] = [:]
  /// The outputs under the conditions.
  public var outputs: [String: JSON] = [:]
  /// How the conditions came out.
  public var conditions: [String: Bool] = [:]

  /// The names of the exports of other stacks that it still waits for.
  public var requiredImports: Set<String> { arguments(of: "Fn::ImportValue") }

  /// The regions whose availability zones it still waits for; the empty text is the region that it is made in.
  public var requiredZones: Set<String> { arguments(of: "Fn::GetAZs") }

  /// What happens to a resource's thing when the resource is deleted; nil when the template does not say.
  public func deletionPolicy(of id: String) -> Template.Resource.DeletionPolicy? { policy("DeletionPolicy", of: id) }

  /// What happens to a resource's old thing when an update replaces it; nil when the template does not say.
  public func updateReplacePolicy(of id: String) -> Template.Resource.DeletionPolicy? { policy("UpdateReplacePolicy", of: id) }

  /// The signals without which a resource is not ready; nil for none.
  public func creationPolicy(of id: String) -> CreationPolicy? { resources[id]?["CreationPolicy"].flatMap { try? CreationPolicy(json: $0) } }

  private func policy(_ key: String, of id: String) -> Template.Resource.DeletionPolicy? {
    resources[id]?[key]?.string.flatMap(Template.Resource.DeletionPolicy.init)
  }

  private func arguments(of function: String) -> Set<String> {
    var found: Set<String> = []
    for value in resources.values { value.collectArguments(of: function, into: &found) }
    for value in outputs.values { value.collectArguments(of: function, into: &found) }
    return found
  }
}

extension JSON {
  fileprivate func collectArguments(of function: String, into found: inout Set<String>) {
    switch self {
    case .array(let elements): for element in elements { element.collectArguments(of: function, into: &found) }
    case .object(let members):
      if members.count == 1, let name = members[function]?.string { found.insert(name) }
      for member in members.values { member.collectArguments(of: function, into: &found) }
    default: break
    }
  }
}
