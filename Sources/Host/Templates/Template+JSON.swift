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
    if let unknown = members.keys.filter({ !Self.attributes.contains($0) }).min() {
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
    func policy(_ key: String) throws(TemplateError) -> DeletionPolicy? {
      guard let text = members[key]?.string else { return nil }
      if let policy = DeletionPolicy(rawValue: text) { return policy }
      throw .malformed(place: "\(place).\(key)", problem: "is none of Delete, Retain, RetainExceptOnCreate, Snapshot")
    }
    self.init(
      type: type, properties: members["Properties"] ?? [:], dependsOn: dependsOn, deletionPolicy: try policy("DeletionPolicy"),
      updateReplacePolicy: try policy("UpdateReplacePolicy"), creationPolicy: members["CreationPolicy"] ?? .null,
      metadata: members["Metadata"] ?? .null)
  }

  /// Those of CloudFormation; UpdatePolicy is about groups that no type of ours has.
  private static let attributes: Set = [
    "Type", "Properties", "DependsOn", "DeletionPolicy", "UpdateReplacePolicy", "CreationPolicy", "UpdatePolicy", "Metadata",
  ]

  fileprivate var json: JSON {
    var members: [String: JSON] = ["Type": .string(type), "Properties": properties]
    if !dependsOn.isEmpty { members["DependsOn"] = .array(dependsOn.map { .string($0) }) }
    if let deletionPolicy { members["DeletionPolicy"] = .string(deletionPolicy.rawValue) }
    if let updateReplacePolicy { members["UpdateReplacePolicy"] = .string(updateReplacePolicy.rawValue) }
    if !creationPolicy.isNull { members["CreationPolicy"] = creationPolicy }
    if !metadata.isNull { members["Metadata"] = metadata }
    return .object(members)
  }
}
