extension Template {
  /// The template with each of its own logical ids in a namespace: `prefix` before the id. References to ids that it
  /// does not define stay as they are: they are a peer's, which has its namespace already.
  public func namespaced(_ prefix: String) -> Template {
    let own = Set(resources.keys)
    func rename(_ id: String) -> String { own.contains(id) ? prefix + id : id }
    var out = Template()
    for (id, resource) in resources {
      var renamed = resource
      renamed.properties = resource.properties.renamingReferences(rename)
      renamed.dependsOn = resource.dependsOn.map(rename)
      out.resources[rename(id)] = renamed
    }
    out.outputs = outputs.mapValues { $0.renamingReferences(rename) }
    out.exports = exports.mapValues { $0.renamingReferences(rename) }
    return out
  }

  /// Adds the resources of a fragment that is in a namespace of its own, and its outputs with that prefix.
  public mutating func merge(_ fragment: Template, outputPrefix: String) {
    resources.merge(fragment.resources) { first, _ in first }
    for (name, value) in fragment.outputs { outputs[outputPrefix + name] = value }
  }
}
