internal import Contract
internal import JSON

/// A resource as one version of a template has it.
struct ResourceDefinition {
  /// What the resolver made of it.
  let resolved: JSON
  /// What the template says, loops unrolled; null when there is no template to ask.
  private let source: JSON
  private let conditions: [String: Bool]
  private let parameters: ParameterValues?

  /// The resource of that name, when the version makes it.
  init?(_ id: String, in version: TemplateVersion) {
    guard let resolved = version.resolved.resources[id] else { return nil }
    self.resolved = resolved
    source = version.resolved.sources[id] ?? .null
    conditions = version.resolved.conditions
    parameters = version.parameters
  }

  /// A resource that no template describes: its properties are what was last asked for.
  init(standing: StandingResource) {
    resolved = ["Type": .string(standing.type), "Properties": standing.properties]
    source = .null
    conditions = [:]
    parameters = nil
  }

  var type: String { resolved["Type"]?.string ?? "" }
  var properties: [String: JSON] { resolved["Properties"]?.object ?? [:] }

  /// The expression that gives a value: as the resolver left it.
  func expression(at path: [String]) -> JSON { resolved.expression(givingValueAt: path, conditions: [:]) }

  /// The parameters that the value at a path follows from.
  func parameters(at path: [String]) -> Set<String> {
    guard let parameters else { return [] }
    var found: Set<String> = []
    source.expression(givingValueAt: path, conditions: conditions).collectParameters(of: parameters, conditions: conditions, into: &found)
    return found
  }

  /// Whether the value at a path may show a hidden parameter in clear: one takes part in it, and no expression stands for it.
  func showsHiddenParameter(at path: [String]) -> Bool {
    guard let hidden = parameters?.hidden, !hidden.isEmpty, !parameters(at: path).isDisjoint(with: hidden) else { return false }
    return resolved[JSONPointer(path)]?.holdsSecret != true
  }

  /// What the template says of the resource, as people may see it.
  func context(with values: Values, schema: TypeSchema?) -> JSON {
    var out: [String: JSON] = ["Properties": [:]]
    for attribute in ResourceAttribute.allCases where attribute != .tags {
      guard let section = resolved[attribute.rawValue]?.object else {
        if let text = resolved[attribute.rawValue] { out[attribute.rawValue] = Preview(text, with: values).shown }
        continue
      }
      var shown: [String: JSON] = [:]
      for (name, expression) in section {
        let path = [attribute.rawValue, name]
        shown[name] = self.shown(Preview(expression, with: values), at: path, schema: schema)
      }
      out[attribute.rawValue] = .object(shown)
    }
    return .object(out)
  }

  /// A value of the resource as people may see it.
  /// - Parameter path: from the resource on.
  func shown(_ value: Preview, at path: [String], schema: TypeSchema?) -> JSON {
    if showsHiddenParameter(at: path) { return Preview.mask }
    guard path.first == ResourceAttribute.properties.rawValue, let schema else { return value.shown }
    return schema.masking(value.shown, at: Array(path.dropFirst()))
  }
}

extension JSON {
  fileprivate var holdsSecret: Bool {
    switch self {
    case .array(let elements): elements.contains(where: \.holdsSecret)
    case .object(let members): members["$secret"] != nil || members.values.contains(where: \.holdsSecret)
    default: false
    }
  }
}
