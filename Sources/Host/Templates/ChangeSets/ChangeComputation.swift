internal import Contract
internal import JSON

/// Goes over the resources of two versions, each behind those that it refers to, so that what becomes of them is known.
struct ChangeComputation {
  /// What is compared.
  enum View {
    case templates, values
  }

  private let from: TemplateVersion?
  private let standing: [String: StandingResource]
  private let to: TemplateVersion
  private let schemas: [String: TypeSchema]
  /// The values behind references as they are.
  private let values: Values
  private let changedParameters: Set<String>
  /// The resources of the new version, each behind those that it refers to.
  private let order: [String]
  /// The resources that each of them refers to.
  private let targets: [String: Set<String>]

  init(
    from: TemplateVersion?, standing: [String: StandingResource], to: TemplateVersion, schemas: [String: TypeSchema], pseudo: [String: String]
  ) {
    (self.from, self.standing, self.to, self.schemas) = (from, standing, to, schemas)
    values = Values(
      resources: standing.mapValues { Values.Resource(physicalID: $0.physicalID, attributes: $0.attributes, properties: $0.properties) },
      pseudo: pseudo)
    let before = from?.parameters.values ?? [:]
    changedParameters = Set(to.parameters.values.filter { before[$0.key] != $0.value }.keys)
    targets = to.resolved.resources.mapValues { resource in
      var references: Set<ResourceReference> = []
      resource.collectResourceReferences(into: &references)
      return Set(references.map(\.logicalID))
    }
    order = Self.order(of: targets)
  }

  /// The changes in the order of logical ids.
  func changes(_ view: View) -> [ResourceChange] {
    var fates: [String: Fate] = [:]
    var kept = values
    var out: [ResourceChange] = []
    for id in order {
      guard let change = change(of: id, view, fates, kept) else { continue }
      out.append(change)
      let fate = fate(of: change)
      fates[id] = fate
      // A thing that is made anew has other values, which nobody knows yet.
      if fate == .renewed || fate == .mayBeReplaced { kept.resources[id] = nil }
    }
    return (out + removals()).sorted { $0.logicalID < $1.logicalID }
  }

  private func fate(of change: ResourceChange) -> Fate {
    switch change.action {
    case .add: .renewed
    case .modify(let modification): Fate(modification.replacement)
    case .remove: .unchanged
    }
  }

  private func change(of id: String, _ view: View, _ fates: [String: Fate], _ kept: Values) -> ResourceChange? {
    guard let after = ResourceDefinition(id, in: to) else { return nil }
    let schema = schemas[after.type]
    guard let thing = standing[id] else {
      return ResourceChange(logicalID: id, type: after.type, action: .add(after: after.context(with: kept, schema: schema)))
    }
    let before = from.flatMap { ResourceDefinition(id, in: $0) } ?? ResourceDefinition(standing: thing)
    if before.resolved == after.resolved, !(targets[id] ?? []).contains(where: { fates[$0] != nil }) { return nil }
    let comparison = ResourceComparison(before: before, after: after, schema: schema, changedParameters: changedParameters, fates: fates)
    let details =
      switch view {
      case .templates: comparison.details()
      case .values: comparison.valueDetails(from: values, to: kept)
      }
    if details.isEmpty { return nil }
    let modification = ResourceChange.Modification(
      physicalID: thing.physicalID, details: details, disposal: ResourceChange.Disposal(to.resolved.updateReplacePolicy(of: id)),
      before: before.context(with: values, schema: schema), after: after.context(with: kept, schema: schema))
    return ResourceChange(logicalID: id, type: after.type, action: .modify(modification))
  }

  private func removals() -> [ResourceChange] {
    // CloudFormation opens no reference of a resource that leaves, even where the other resource stays.
    let nothing = Values(resources: [:], pseudo: values.pseudo)
    return standing.compactMap { id, thing in
      guard to.resolved.resources[id] == nil else { return nil }
      let before = from.flatMap { ResourceDefinition(id, in: $0) } ?? ResourceDefinition(standing: thing)
      return ResourceChange(
        logicalID: id, type: thing.type,
        action: .remove(
          physicalID: thing.physicalID, disposal: ResourceChange.Disposal(from?.resolved.deletionPolicy(of: id)),
          before: before.context(with: nothing, schema: schemas[thing.type])))
    }
  }

  /// A thing cannot become one of another type; CloudFormation refuses the update too.
  func refuseOtherTypes() throws(SourceError) {
    for (id, thing) in standing.sorted(by: { $0.key < $1.key }) {
      guard let type = to.resolved.resources[id]?["Type"]?.string, type != thing.type else { continue }
      throw to.document.error(
        at: JSONPointer(["Resources", id, "Type"]),
        "the type of '\(id)' cannot change from \(thing.type) to \(type): give the new resource another logical id")
    }
  }

  /// Each behind what it refers to. What is in a circle, which `TemplateCheck` refuses, comes last.
  private static func order(of targets: [String: Set<String>]) -> [String] {
    var waiting = targets.mapValues(\.count)
    var dependents: [String: [String]] = [:]
    for (id, wanted) in targets {
      for target in wanted {
        if targets[target] == nil { waiting[id, default: 0] -= 1 } else { dependents[target, default: []].append(id) }
      }
    }
    var out = waiting.filter { $0.value == 0 }.map(\.key)
    var next = 0
    while next < out.count {
      for dependent in dependents[out[next]] ?? [] {
        waiting[dependent, default: 0] -= 1
        if waiting[dependent] == 0 { out.append(dependent) }
      }
      next += 1
    }
    return out + waiting.filter { $0.value > 0 }.keys.sorted()
  }
}
