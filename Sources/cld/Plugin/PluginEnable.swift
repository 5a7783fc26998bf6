internal import ArgumentParser
internal import JSON
internal import Plugins

/// Which plugins a command means.
struct PluginSelectorOption: ParsableArguments {
  @Argument(help: "A plugin's name, or a glob over names.") var name: String?
  @Option(help: "A glob over the types that plugins provide.") var type: String?
  @Option(help: "A glob over publishers.") var publisher: String?

  var selector: PluginSelector { PluginSelector(name: name, type: type, publisher: publisher) }

  func validate() throws {
    if name == nil && type == nil && publisher == nil {
      throw ValidationError("say which plugins: a name or a glob, --type or --publisher")
    }
  }
}

/// `cld plugin enable`.
struct PluginEnable: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "enable", abstract: "Allow plugins again that a rule of yours disables; what waits for them goes on.",
    discussion: "Example: cld plugin enable 'acme-*'")
  @OptionGroup var selector: PluginSelectorOption
  @OptionGroup var level: PolicyLevelOption
  @OptionGroup var path: PluginPathOption
  @OptionGroup var output: OutputOption

  func run() async throws {
    let records = try await PluginRule.change(.enable(selector.selector), selector.selector, level.level, path.searchPath)
    if let denied = records.first(where: { $0.state == .disabled }) {
      throw CommandFailure("\(denied.name) stays disabled: \(denied.reason ?? "")", .conflict)
    }
    PluginRule.print(records, output.format)
  }
}

/// `cld plugin disable`.
struct PluginDisable: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "disable", abstract: "Forbid plugins on this host; operations that need them are held until they are enabled.",
    discussion: "Example: cld plugin disable --publisher 'ACME*'")
  @OptionGroup var selector: PluginSelectorOption
  @OptionGroup var level: PolicyLevelOption
  @OptionGroup var path: PluginPathOption
  @OptionGroup var output: OutputOption

  func run() async throws {
    PluginRule.print(
      try await PluginRule.change(.disable(selector.selector), selector.selector, level.level, path.searchPath), output.format)
  }
}

/// What `enable` and `disable` share.
enum PluginRule {
  /// Changes the policy; the records of the plugins that the rule means, as they are then.
  static func change(
    _ change: PolicyChange, _ selector: PluginSelector, _ level: PolicyFile.Level, _ path: SearchPath
  ) async throws -> [PluginRecord] {
    try PluginChange.requireReadablePolicy()
    let known = Catalogue.declared(path, home: PluginChange.home)
    // A name without a glob is a plugin that is there; a typing error would be a rule that never matches.
    if let name = selector.name, !name.contains(where: { "*?[".contains($0) }) { _ = try known.record(named: name) }
    let file = try PluginChange.make { () throws(PluginHome.ChangeFailure) in try PluginChange.home.change(change, level: level) }
    let catalogue = try await PluginChange.settle(path)
    Console.note("changed \(file)")
    return catalogue.records.filter { record in record.manifest.map(selector.matches) ?? (record.name == selector.name) }
  }

  static func print(_ records: [PluginRecord], _ format: OutputFormat) {
    switch format {
    case .json: Console.print(JSON.array(records.map(\.json)).prettyText)
    case .table:
      guard !records.isEmpty else { return Console.note("no plugin that is installed is meant by it") }
      for record in records { Console.print("\(record.name) is \(record.state.rawValue)\(record.reason.map { ": \($0)" } ?? "")") }
    }
  }
}
