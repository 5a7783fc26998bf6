public import Contract

extension Catalogue {
  /// The schemas of the types that plugins provide, by type, read from their files: opens no library. A plugin whose schemas are at fault
  /// is left out; `cld plugin why` says what they are.
  public func schemas() -> [String: TypeSchema] {
    var found: [String: TypeSchema] = [:]
    let owners = Dictionary(all.owners.extensions.map { ($0.provision.type, $0.plugin) }) { first, _ in first }
    for record in records {
      guard let declared = record.manifest, let manifest = try? ManifestFolder.readSchemas(of: declared, in: record.folder) else { continue }
      for provision in manifest.provides where owners[provision.type] == record.name { found[provision.type] = provision.schema }
    }
    return found
  }
}
