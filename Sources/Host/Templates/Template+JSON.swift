public import JSON

extension Template {
  /// Reads {"Resources", "Outputs": {Name: {"Value"}}, "Exports"}.
  public init(json: JSON) throws(TemplateError) {
    guard let top = json.object else { throw .malformed(place: "the template", problem: "is \(json.kind), not an object") }
    if let unknown = top.keys.filter({ !["Resources", "Outputs", "Exports"].contains($0) }).min() {
      throw .malformed(place: unknown, problem: "is not a section of a template")
    }
    var resources: [String: Resource] = [:]
    for (id, member) in top["Resources"]?.object ?? [:] { resources[id] = try Resource(json: member, at: "Resources.\(id)") }
    var outputs: [String: JSON] = [:]
    for (name, member) in top["Outputs"]?.object ?? [:] {
      guard let value = member["Value"] else { throw .malformed(place: "Outputs.\(name)", problem: "has no Value") }
      outputs[name] = value
    }
    self.init(resources: resources, outputs: outputs, exports: top["Exports"]?.object ?? [:])
  }

  /// The template in the form that `init(json:)` reads.
  public var json: JSON {
    [
      "Resources": .object(resources.mapValues(\.json)),
      "Outputs": .object(outputs.mapValues { ["Value": $0] }),
      "Exports": .object(exports),
    ]
  }
}

extension Template.Resource {
  fileprivate init(json: JSON, at place: String) throws(TemplateError) {
    guard let members = json.object else { throw .malformed(place: place, problem: "is \(json.kind), not an object") }
    if let unknown = members.keys.filter({ !["Type", "Properties", "DependsOn", "DeletionPolicy"].contains($0) }).min() {
      throw .malformed(place: "\(place).\(unknown)", problem: "is not an attribute of a resource")
    }
    guard let type = members["Type"]?.string else { throw .malformed(place: place, problem: "has no Type") }
    let dependsOn: [String]
    switch members["DependsOn"] {
    case nil, .null: dependsOn = []
    case .string(let id): dependsOn = [id]
    case .array(let ids): dependsOn = ids.compactMap(\.string)
    default: throw .malformed(place: "\(place).DependsOn", problem: "is no logical id and no list of them")
    }
    var policy: DeletionPolicy?
    if let text = members["DeletionPolicy"]?.string {
      policy = DeletionPolicy(rawValue: text)
      if policy == nil { throw .malformed(place: "\(place).DeletionPolicy", problem: "is none of Delete, Retain, Snapshot") }
    }
    self.init(type: type, properties: members["Properties"] ?? [:], dependsOn: dependsOn, deletionPolicy: policy)
  }

  fileprivate var json: JSON {
    var members: [String: JSON] = ["Type": .string(type), "Properties": properties]
    if !dependsOn.isEmpty { members["DependsOn"] = .array(dependsOn.map { .string($0) }) }
    if let deletionPolicy { members["DeletionPolicy"] = .string(deletionPolicy.rawValue) }
    return .object(members)
  }
}
