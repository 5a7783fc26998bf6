internal import Contract
internal import JSON

/// What an update does to another resource that an expression refers to. The order is that of what it may change in the value.
enum Fate {
  case unchanged
  /// It stays the same thing; what `Fn::GetAtt` gives may be another.
  case modified
  /// Whether it is another thing shows only on execution.
  case mayBeReplaced
  /// It is made by the update: new, or in the place of the old thing.
  case renewed

  init(_ replacement: ResourceChange.Replacement) {
    switch replacement {
    case .never: self = .modified
    case .conditional: self = .mayBeReplaced
    case .always: self = .renewed
    }
  }
}

/// What differs between two versions of a resource, and why.
struct ResourceComparison {
  let before: ResourceDefinition
  let after: ResourceDefinition
  let schema: TypeSchema?
  /// The parameters that are new or have another value.
  let changedParameters: Set<String>
  /// What the update does to the resources that this one refers to.
  let fates: [String: Fate]

  private typealias Cause = (source: ChangeDetail.Source, evaluation: ChangeDetail.Evaluation)

  // MARK: Without values

  /// The differences of the templates: one target for each property, whatever the references will give.
  func details() -> [ChangeDetail] {
    var out: [ChangeDetail] = []
    for name in Set(before.properties.keys).union(after.properties.keys).sorted() {
      let old = before.properties[name], new = after.properties[name]
      let path = [ResourceAttribute.properties.rawValue, name]
      let isTags = isTagList(name, new ?? old)
      let attribute: ResourceAttribute = isTags ? .tags : .properties
      add(to: &out, old, new, at: path) {
        ChangeTarget(attribute: attribute, property: isTags ? nil : name, recreation: recreation(of: name, old, new), value: nil)
      }
    }
    for attribute in ResourceAttribute.allCases where attribute != .properties && attribute != .tags {
      let key = attribute.rawValue
      add(to: &out, before.resolved[key], after.resolved[key], at: [key]) {
        ChangeTarget(attribute: attribute, property: nil, recreation: .never, value: nil)
      }
    }
    return out
  }

  private func add(to details: inout [ChangeDetail], _ old: JSON?, _ new: JSON?, at path: [String], target: () -> ChangeTarget) {
    let isDirect = !Self.areSame(old, new)
    var causes = resourceCauses(new ?? .null)
    if isDirect, new != nil { causes = parameterCauses(at: path) + causes }
    guard isDirect || !causes.isEmpty else { return }
    append(to: &details, target(), isDirect: isDirect, causes)
  }

  private func recreation(of name: String, _ old: JSON?, _ new: JSON?) -> Recreation {
    guard let schema else { return .never }
    return schema.recreation(ofProperty: name) { pointer in
      // What stands below a function shows only on execution.
      if old?.function != nil || new?.function != nil { return true }
      let oldPart = old?.selecting([pointer]), newPart = new?.selecting([pointer])
      return !Self.areSame(oldPart, newPart) || !resourceCauses(newPart ?? .null).isEmpty
    }
  }

  private static func areSame(_ old: JSON?, _ new: JSON?) -> Bool {
    if old == new { return true }
    guard let old, let new else { return false }
    let nothing = Values(resources: [:], pseudo: [:])
    return Preview(old, with: nothing) == Preview(new, with: nothing)
  }

  // MARK: With values

  /// The differences of the values: one target for each place.
  /// - Parameters:
  ///   - old: the values behind references as they are.
  ///   - new: those of them that the update leaves.
  func valueDetails(from old: Values, to new: Values) -> [ChangeDetail] {
    var out: [ChangeDetail] = []
    for attribute in ResourceAttribute.allCases where attribute != .tags {
      let key = attribute.rawValue
      if before.resolved[key] == nil, after.resolved[key] == nil { continue }
      for difference in PreviewDifference.all(section(attribute, of: before, old), section(attribute, of: after, new)) {
        let path = difference.path
        let isTags = path.count > 1 && isTagList(path[1], after.properties[path[1]] ?? before.properties[path[1]])
        let target = ChangeTarget(
          attribute: isTags ? .tags : attribute, property: attribute == .properties && !isTags ? path[1] : nil,
          recreation: attribute == .properties ? schema?.recreation(changing: Array(path.dropFirst())) ?? .never : .never,
          value: ValueChange(path: JSONPointer(path), kind: shown(difference)))
        var causes: [Cause] = []
        if case .removed = difference.kind {} else { causes = parameterCauses(at: path) + resourceCauses(after.expression(at: path)) }
        append(to: &out, target, isDirect: true, causes)
      }
    }
    return out
  }

  /// A part of the resource below its name. A resource without properties has none of them.
  private func section(_ attribute: ResourceAttribute, of definition: ResourceDefinition, _ values: Values) -> Preview {
    let key = attribute.rawValue
    guard let section = definition.resolved[key] else { return .object(attribute == .properties ? [key: .object([:])] : [:]) }
    return .object([key: Preview(section, with: values)])
  }

  private func shown(_ difference: PreviewDifference) -> ValueChange.Kind {
    func old(_ value: Preview) -> JSON { before.shown(value, at: difference.path, schema: schema) }
    func new(_ value: Preview) -> JSON { after.shown(value, at: difference.path, schema: schema) }
    return switch difference.kind {
    case .added(let value): .add(new(value))
    case .removed(let value): .remove(old(value))
    case .modified(let before, let after): .modify(before: old(before), after: new(after))
    }
  }

  // MARK: Causes

  /// Where references are the cause, CloudFormation lists the modification a second time, as one that only the execution shows
  /// (user guide, "Modifying an input parameter value").
  private func append(to details: inout [ChangeDetail], _ target: ChangeTarget, isDirect: Bool, _ causes: [Cause]) {
    if isDirect {
      details.append(ChangeDetail(target: target, source: .directModification, evaluation: causes.isEmpty ? .known : .onExecution))
    }
    for cause in causes { details.append(ChangeDetail(target: target, source: cause.source, evaluation: cause.evaluation)) }
  }

  private func parameterCauses(at path: [String]) -> [Cause] {
    if changedParameters.isEmpty { return [] }
    return after.parameters(at: path).intersection(changedParameters).sorted().map { (.parameterReference($0), .known) }
  }

  private func resourceCauses(_ expression: JSON) -> [Cause] {
    var references: Set<ResourceReference> = []
    expression.collectResourceReferences(into: &references)
    var causes: [Cause] = []
    for reference in references.sorted(by: { $0.text < $1.text }) {
      switch (fates[reference.logicalID] ?? .unchanged, reference) {
      case (.unchanged, _), (.modified, .reference): break
      case (.renewed, _): causes.append((reference.source, .known))
      case (.mayBeReplaced, _), (.modified, .attribute): causes.append((reference.source, .onExecution))
      }
    }
    return causes
  }

  /// A list under the property that carries tags is a kind of attribute of its own; where tags are an object they are a property like others.
  private func isTagList(_ name: String, _ value: JSON?) -> Bool {
    name == schema?.tagProperty && value?.array != nil
  }
}

extension ResourceReference {
  fileprivate var source: ChangeDetail.Source {
    switch self {
    case .reference(let id): .resourceReference(id)
    case .attribute(let id, let name): .resourceAttribute(id, attribute: name)
    }
  }

  /// The name of the cause, as a change set shows it.
  fileprivate var text: String {
    switch self {
    case .reference(let id): id
    case .attribute(let id, let name): "\(id).\(name)"
    }
  }
}
