internal import Contract
internal import ArgumentParser
internal import Plugins

/// `cld plugin`.
struct PluginCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plugin",
    abstract: "The plugins on this host: what they are, what they provide and why one is refused.",
    subcommands: [
      PluginList.self, PluginShow.self, PluginTypes.self, PluginWhy.self, PluginInstall.self, PluginRemove.self, PluginEnable.self,
      PluginDisable.self, PluginPin.self, PluginUnpin.self, PluginLockCommand.self, PluginVerify.self, PluginQuarantine.self, PluginCheck.self,
      PluginNew.self,
    ])
}

/// Where plugins are looked for.
struct PluginPathOption: ParsableArguments {
  @Option(name: .customLong("plugin-dir"), help: "A folder of plugins to look in first. May be repeated.")
  var pluginFolders: [String] = []

  var searchPath: SearchPath { .standard(pluginFolders: pluginFolders) }

  /// What the manifests say, with the verdicts of the last probe.
  var catalogue: Catalogue { .declared(searchPath, home: PluginChange.home) }
}

extension Catalogue {
  /// The plugin of that name that stands first; prints why when there is none.
  func record(named name: String) throws -> PluginRecord {
    if let record = records.first(where: { $0.name == name }) { return record }
    let near = EditDistance.nearest(name, records.map(\.name)).map { "; did you mean \"\($0)\"?" }
    throw CommandFailure("there is no plugin \"\(name)\"\(near ?? "; cld plugin list shows what there is")", .missing)
  }
}
