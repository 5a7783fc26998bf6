internal import ArgumentParser
internal import Contract
internal import JSON
internal import Plugins

/// `cld plugin install`.
struct PluginInstall: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "install", abstract: "Check a plugin in all stages, show what it may do, and install it for this user.",
    discussion: "Example: cld plugin install acme-1.2.0.tar.gz")
  @Argument(help: "The plugin's folder, or a .tar.gz with that folder in it.") var source: String
  @Flag(help: "Do not ask.") var yes = false
  @Flag(help: "Replace the plugin of that name that is installed; what runs goes on with the new one.") var replace = false
  @OptionGroup var path: PluginPathOption
  @OptionGroup var output: OutputOption

  func run() async throws {
    guard let folder = SearchPath.userFolder else {
      throw CommandFailure("there is no folder for your plugins: set HOME or XDG_DATA_HOME", .usage)
    }
    try PluginChange.requireReadablePolicy()
    // Who is there stays who he is: known before the newcomer comes.
    _ = try await PluginChange.settle(path.searchPath)
    do {
      let staged = try StagedPlugin(source, for: folder)
      defer { staged.discard() }
      let record = try await staged.check(path.searchPath, setting: try PluginChange.setting(), home: PluginChange.home)
      Console.note(Self.prompt(staged.manifest))
      for reason in [record.refusal.map { "\($0.evidence) (\($0.code.rawValue))" }, record.note].compactMap({ $0 }) {
        Console.note("As things are, it would be \(record.state.rawValue): \(reason)")
      }
      if !yes {
        guard Prompt.isPossible else { throw CommandFailure("nobody can be asked here: say --yes to install \(staged.name)", .usage) }
        guard try Prompt.decide("Install it? [y/n] ") else { throw CommandFailure("\(staged.name) was not installed", .failed) }
      }
      try staged.commit(isReplacing: replace)
      let catalogue = try await PluginChange.settle(path.searchPath)
      let installed = try catalogue.record(named: staged.name)
      switch output.format {
      case .json: Console.print(installed.json.prettyText)
      case .table:
        Console.print("installed \(installed.name) \(installed.manifest?.version ?? "") in \(installed.folder): \(installed.state.rawValue)")
      }
    } catch let error as InstallationError {
      throw CommandFailure(error.description, Self.status(error))
    }
  }

  private static func status(_ error: InstallationError) -> ExitStatus {
    switch error {
    case .archive, .content: .usage
    case .file(_, let code): code == 2 ? .missing : code == 13 || code == 1 ? .permission : .unavailable
    case .exists: .conflict
    case .refused: .unavailable
    }
  }

  /// What a person agrees to: everything that the host will do when the plugin asks.
  static func prompt(_ manifest: Manifest) -> String {
    var lines = ["\(manifest.name) \(manifest.version) by \(manifest.publisher) says of itself: \(manifest.description)"]
    lines.append("It provides \(manifest.provides.map(\.type).joined(separator: ", ")).")
    if manifest.endpoints.isEmpty { lines.append("It can call no service.") }
    for (name, endpoint) in manifest.endpoints.sorted(by: { $0.key < $1.key }) {
      let changes = endpoint.calls.filter(\.value.mutates).keys.sorted()
      let reads = endpoint.calls.count - changes.count
      lines.append("With your credentials it can call \(name) (\(endpoint.url)):")
      lines.append("  changes: \(changes.isEmpty ? "none" : changes.joined(separator: ", "))")
      lines.append("  reads:   \(reads) calls")
    }
    return lines.joined(separator: "\n")
  }
}
