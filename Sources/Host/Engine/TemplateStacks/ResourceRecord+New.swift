internal import Contract
internal import Store
internal import Templates

extension ResourceRecord {
  /// Stands where other resources name their plugin: the host itself.
  static let ownPlugin = "cld"

  /// New records for the resources of a template.
  static func new(
    _ template: Template, _ stack: StackRecord, in ids: [String], change: ResourceChangeRecord?, _ context: EngineContext
  ) async throws -> [ResourceRecord] {
    var out: [ResourceRecord] = []
    let now = context.clock.seconds
    let generations = try await context.store.read { try $0.lastGenerations(stackID: stack.id) }
    for id in ids.sorted() {
      guard let declared = template.resources[id] else { continue }
      let provider = await context.drivers.provider(ofType: declared.type)
      guard provider != nil || BuiltInType(rawValue: declared.type) != nil else {
        throw RequestError.unavailable("no active plugin provides \(declared.type), which \(id) needs: `cld plugin why \(declared.type)` says why")
      }
      // A logical id that comes back is another thing than before.
      let generation = (generations[id] ?? 0) + 1
      let name = context.naming.name(
        stack: stack.name, createdAt: stack.createdAt, logicalID: id, generation: generation, naming: provider?.provision.schema?.naming)
      out.append(
        ResourceRecord(
          id: "res-" + (try Store.identifier()), stackID: stack.id, logicalID: id, type: declared.type,
          plugin: provider?.manifest.name ?? ResourceRecord.ownPlugin, generation: generation, name: name, createdAt: now, updatedAt: now, change: change))
    }
    return out
  }
}
