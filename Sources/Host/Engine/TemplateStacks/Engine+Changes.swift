internal import Contract
internal import JSON
internal import Store
internal import Templates

/// What creating or updating a stack would change, with the stacks that are nested in it.
extension Engine {
  /// What an update would change.
  func changeSet(_ stack: StackRecord, _ scope: CloudScope, _ prepared: PreparedTemplate) async throws -> ChangeSet {
    let before = try await TemplatePreparation(context: context, scope: scope, stack: stack).version(stack.source)
    let resources = try await context.store.read { try $0.resources(of: stack.id) }
    let standing = Dictionary(
      resources.filter(\.status.mayExist).map {
        ($0.logicalID, StandingResource(type: $0.type, physicalID: $0.physicalID ?? $0.name, properties: $0.desired, attributes: $0.attributes))
      }, uniquingKeysWith: { first, _ in first })
    var changes = try ChangeSet(
      from: before, standing: standing, to: prepared.version, schemas: prepared.schemas, pseudo: stack.pseudoParameters(scope))
    try await addNested(to: &changes, stack, scope, prepared, resources)
    return changes
  }

  /// What the creation of a stack would make.
  func creationSet(_ stack: StackRecord, _ scope: CloudScope, _ prepared: PreparedTemplate) async throws -> ChangeSet {
    var changes = try ChangeSet(
      from: nil, standing: [:], to: prepared.version, schemas: prepared.schemas, pseudo: stack.pseudoParameters(scope))
    try await addNested(to: &changes, stack, scope, prepared, [])
    return changes
  }

  /// Adds what changes in nested stacks, as far as their parameters are known before anything is done.
  private func addNested(
    to changes: inout ChangeSet, _ stack: StackRecord, _ scope: CloudScope, _ prepared: PreparedTemplate, _ resources: [ResourceRecord]
  ) async throws {
    let values = Values(resources, pseudo: stack.pseudoParameters(scope))
    for (id, resource) in prepared.template.resources.sorted(by: { $0.key < $1.key }) where resource.type == BuiltInType.stack.rawValue {
      guard let desired = try? resource.properties.evaluated(with: values) else { continue }
      let record = resources.first { $0.logicalID == id && $0.status.mayExist }
      let nested = try await record?.nestedStack(context)
      let inner = try nested ?? draft("\(stack.name)-\(id)", scope)
      let template = try await NestedStack.prepare(desired, inner, folder: prepared.source["folder"]?.string, scope, context, earlier: nested?.source)
      let difference = nested == nil ? try await creationSet(inner, scope, template) : try await changeSet(inner, scope, template)
      changes.add(difference, under: id, physicalID: record?.physicalID)
    }
  }
}
