/// The catalogue of a running host: it follows what operators install, remove, enable, disable and pin.
///
/// A plugin that is replaced or taken out drains: the step that runs ends, the next one finds the new catalogue.
public actor LiveCatalogue {
  /// The catalogue as it is now.
  public private(set) var current: Catalogue
  private let path: SearchPath
  private let setting: WorkerSetting
  private let home: PluginHome
  private let verdicts: VerdictCache
  private var stamp: String
  private var loading: Task<Void, Never>?

  /// Loads every plugin.
  public init(_ path: SearchPath, setting: WorkerSetting, home: PluginHome, verdicts: VerdictCache) async {
    self.path = path
    self.setting = setting
    self.home = home
    self.verdicts = verdicts
    stamp = Self.stamp(path, home)
    current = await Catalogue.load(path, setting: setting, home: home, verdicts: verdicts)
    try? home.remember(current.incumbents)
  }

  /// Loads again when a file of a plugin or of the policy has changed since the last time.
  /// - Returns: whether it had.
  public func follow() async -> Bool {
    // One that comes while another loads may have made its change after that one has looked.
    await loading?.value
    let now = await WorkerThread.run { [path, home] in Self.stamp(path, home) }
    guard now != stamp else { return false }
    if let loading {
      await loading.value
      return true
    }
    stamp = now
    let task = Task { await load() }
    loading = task
    await task.value
    loading = nil
    return true
  }

  private func load() async {
    let earlier = current.plugins
    let next = await Catalogue.load(path, setting: setting, home: home, verdicts: verdicts, keeping: earlier)
    try? home.remember(next.incumbents)
    current = next
    for (name, plugin) in earlier where next.plugins[name]?.workers !== plugin.workers { await plugin.workers.close() }
  }

  private static func stamp(_ path: SearchPath, _ home: PluginHome) -> String { path.stamp() + home.stamp() }
}
