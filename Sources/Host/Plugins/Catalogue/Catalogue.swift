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
  public let records: [PluginRecord]
  /// The plugins that have workers, by name: those that serve, and those that only keep what was made with them. Empty in a catalogue of declarations.
  public private(set) var plugins: [String: Plugin] = [:]
  /// Who has each type and each short name, for `PluginHome.remember`.
  public let incumbents: [String: String]
  /// Everything that plugins offer, by manifests alone, sorted by type: the source of all look-ups (Access).
  public let extensions: [Extension]

  init(_ registration: Registration) {
    records = registration.records
    incumbents = registration.incumbents
    extensions = registration.extensions
  }

  /// What the manifests alone say, with the verdicts of the last probe: opens no library and starts nothing.
  public static func declared(
    _ path: SearchPath, home: PluginHome? = nil, verdicts: VerdictCache? = .standard()
  ) -> Catalogue {
    let known = verdicts?.read() ?? [:]
    let rules = home?.rules() ?? CatalogueRules()
    let policy = home?.stamp() ?? ""
    var records = path.candidates().map { Pipeline.declare($0, rules: rules, isListing: true) }
    Pipeline.settleNames(&records, rules.policy)
    for index in records.indices where records[index].state == .declared {
      if let key = VerdictCache.key(records[index], policy: policy), let verdict = known[key] {
        verdict.apply(to: &records[index])
      }
    }
    return Catalogue(Registration(records, rules))
  }

  /// Takes every plugin through the whole pipeline. One that is refused stops no other.
  /// - Parameters:
  ///   - home: where policy, locks and quarantine stand; without one everything is allowed.
  ///   - earlier: the plugins of the catalogue before: those that are still the same keep their workers.
  public static func load(
    _ path: SearchPath, setting: WorkerSetting, home: PluginHome? = nil, verdicts: VerdictCache? = .standard(),
    workersPerPlugin: Int = 2, keeping earlier: [String: Plugin] = [:]
  ) async -> Catalogue {
    let policy = home?.stamp() ?? ""
    let (rules, declared) = await WorkerThread.run {
      let rules = home?.rules() ?? CatalogueRules()
      var records = path.candidates().map { Pipeline.declare($0, rules: rules) }
      Pipeline.settleNames(&records, rules.policy)
      return (rules, records)
    }
    let probed = await Probe.run(declared, setting, rules.policy)
    if let verdicts { verdicts.write(probed.map(\.record), policy: policy) }
    var catalogue = Catalogue(Registration(probed.map(\.record), rules))
    for (record, probe) in zip(catalogue.records, probed) {
      guard record.state == .active || record.state == .shadowed, let library = probe.library, let report = probe.report,
        let manifest = record.manifest
      else { continue }
      if let known = earlier[record.name], known.workers.library.sha256 == library.sha256, known.manifest == manifest {
        catalogue.plugins[record.name] = known
        continue
      }
      catalogue.plugins[record.name] = Plugin(
        name: record.name, manifest: manifest,
        workers: PluginWorkers(
          name: record.name, library: library, limits: Worker.Limits(manifest.limits),
          setting: setting.forPlugin(from: record.origin, rules.policy), most: workersPerPlugin,
          quarantine: home.map { home in { @Sendable entry in _ = try? home.quarantine(record.name, entry) } }),
        report: report)
    }
    return catalogue
  }

  /// Ends all workers.
  public func close() async {
    for plugin in plugins.values { await plugin.workers.close() }
  }
}
