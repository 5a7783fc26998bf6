public import Contract
internal import JSON

/// All plugins of this host: what they are, which of them serve, and who provides what. A value; a change of what is
/// installed makes another.
public struct Catalogue: Sendable {
  /// A plugin that serves.
  public struct Plugin: Sendable {
    /// Its name.
    public var name: String
    /// What it declares, schemas included.
    public var manifest: Manifest
    /// The processes that run its steps.
    public var workers: PluginWorkers
    /// How strong its cage is on this kernel.
    public var report: WorkerReport
  }

  /// A type and the plugin that serves it.
  public struct Provider: Sendable {
    /// The plugin.
    public var plugin: Plugin
    /// Its declaration of the type.
    public var provision: Provision
  }

  /// Everything that was found, in the order of the search path.
  public private(set) var records: [PluginRecord]
  /// The plugins that serve, by name; empty in a catalogue of declarations.
  public private(set) var plugins: [String: Plugin] = [:]
  private var owners: [String: String] = [:]

  private init(records: [PluginRecord]) { self.records = records }

  /// What the manifests alone say, with the verdicts of the last probe: opens no library and starts nothing.
  public static func declared(_ path: SearchPath, verdicts: VerdictCache? = .standard()) -> Catalogue {
    let known = verdicts?.read() ?? [:]
    var catalogue = Catalogue(records: path.candidates().map { Pipeline.declare($0, isListing: true) })
    for index in catalogue.records.indices where catalogue.records[index].state == .declared {
      if let key = VerdictCache.key(catalogue.records[index]), let verdict = known[key] {
        verdict.apply(to: &catalogue.records[index])
      }
    }
    catalogue.settle()
    return catalogue
  }

  /// Takes every plugin through the whole pipeline. One that is refused stops no other.
  public static func load(
    _ path: SearchPath, setting: WorkerSetting, verdicts: VerdictCache? = .standard(), workersPerPlugin: Int = 2
  ) async -> Catalogue {
    var catalogue = Catalogue(records: await WorkerThread.run { path.candidates().map { Pipeline.declare($0) } })
    let results = await withTaskGroup(of: (Int, PluginRecord, LibrarySnapshot?, WorkerReport?).self) { group in
      for (index, record) in catalogue.records.enumerated() where record.state == .declared {
        group.addTask {
          var (record, library) = await WorkerThread.run {
            var record = record
            let library = Pipeline.inspect(&record)
            return (record, library)
          }
          guard let library else { return (index, record, nil, nil) }
          let report = await Pipeline.probe(&record, library, setting)
          if report != nil { record.state = .active }
          return (index, record, library, report)
        }
      }
      var results: [(Int, PluginRecord, LibrarySnapshot?, WorkerReport?)] = []
      for await result in group { results.append(result) }
      return results
    }
    for (index, record, _, _) in results { catalogue.records[index] = record }
    if let verdicts { verdicts.write(catalogue.records) }
    catalogue.settle()
    for (index, record, library, report) in results where catalogue.records[index].state == .active {
      guard let library, let report, let manifest = record.manifest else { continue }
      catalogue.plugins[record.name] = Plugin(
        name: record.name, manifest: manifest,
        workers: PluginWorkers(
          name: record.name, library: library, limits: Worker.Limits(manifest.limits), setting: setting.forPlugin(in: record.folder),
          most: workersPerPlugin), report: report)
    }
    return catalogue
  }

  /// Whole-catalogue checks: each type has one provider, the earlier plugin of the search path.
  private mutating func settle() {
    owners = [:]
    for index in records.indices where records[index].state == .active || records[index].state == .declared {
      let types = records[index].manifest?.provides ?? []
      if let taken = types.first(where: { owners[$0.type] != nil }), let owner = owners[taken.type] {
        records[index].state = .shadowed
        records[index].note = "\(taken.type) is provided by \(owner), which stands before it"
      } else {
        for type in types { owners[type.type] = records[index].name }
      }
    }
  }

  /// Whether a record's manifest counts in look-ups.
  private var serving: [PluginRecord] { records.filter { $0.state == .active || $0.state == .declared } }

  /// Every type with its plugin's name, sorted by type.
  public var types: [(plugin: String, provision: Provision)] {
    serving.flatMap { record in (record.manifest?.provides ?? []).map { (record.name, $0) } }
      .sorted { $0.1.type < $1.1.type }
  }

  /// The declaration of a type, from manifests alone.
  public func provision(ofType type: String) -> Provision? { types.first { $0.provision.type == type }?.provision }

  /// The type with an alias in a cloud: `target: aws`, `type: ecs`.
  public func provision(cloud: String, alias: String, kind: Provision.Kind) -> Provision? {
    types.first { $0.provision.cloud == cloud && $0.provision.alias == alias && $0.provision.kind == kind }?.provision
  }

  /// The plugin that serves a type.
  public func provider(ofType type: String) -> Provider? {
    guard let owner = owners[type], let plugin = plugins[owner],
      let provision = plugin.manifest.provides.first(where: { $0.type == type })
    else { return nil }
    return Provider(plugin: plugin, provision: provision)
  }

  /// The plugin that serves the type with an alias in a cloud.
  public func provider(cloud: String, alias: String, kind: Provision.Kind) -> Provider? {
    provision(cloud: cloud, alias: alias, kind: kind).flatMap { provider(ofType: $0.type) }
  }

  /// The clouds of all types, sorted.
  public var clouds: [String] { Array(Set(types.map(\.provision.cloud))).sorted() }

  /// The known type that an unknown one may have meant.
  public func nearest(toType type: String) -> String? {
    EditDistance.nearest(type, types.map(\.provision.type))
  }

  /// The known alias that an unknown one may have meant.
  public func nearest(toAlias alias: String, cloud: String, kind: Provision.Kind) -> String? {
    EditDistance.nearest(
      alias, types.filter { $0.provision.cloud == cloud && $0.provision.kind == kind }.compactMap(\.provision.alias))
  }

  /// Ends all workers.
  public func close() async {
    for plugin in plugins.values { await plugin.workers.close() }
  }
}
