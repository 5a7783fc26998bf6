internal import ArgumentParser
internal import Contract
internal import JSON
internal import Plugins

/// `cld plugin pin`.
struct PluginPin: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pin", abstract: "Say which plugin provides a type to new things; what is there stays with the plugin that made it.",
    discussion: "Example: cld plugin pin AWS::RDS::DBInstance aws-rds")
  @Argument(help: "The type.") var type: String
  @Argument(help: "The plugin's name.") var name: String
  @OptionGroup var level: PolicyLevelOption
  @OptionGroup var path: PluginPathOption
  @OptionGroup var output: OutputOption

  func run() async throws {
    try PluginChange.requireReadablePolicy()
    let record = try path.catalogue.record(named: name)
    let types = record.manifest?.provides.map(\.type) ?? []
    guard types.contains(type) else {
      let near = EditDistance.nearest(type, types).map { "; did you mean \($0)?" } ?? "; it provides \(types.joined(separator: ", "))"
      throw CommandFailure("\(name) does not provide \(type)\(near)", .usage)
    }
    try await PluginPinning.change(.pin(type: type, plugin: name), type, level.level, path.searchPath, output.format)
  }
}

/// `cld plugin unpin`.
struct PluginUnpin: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unpin", abstract: "Take a pin away; the plugin that provides the type now goes on to do so.",
    discussion: "Example: cld plugin unpin AWS::RDS::DBInstance")
  @Argument(help: "The type.") var type: String
  @OptionGroup var level: PolicyLevelOption
  @OptionGroup var path: PluginPathOption
  @OptionGroup var output: OutputOption

  func run() async throws {
    try PluginChange.requireReadablePolicy()
    let pins = PluginChange.home.policy().files.filter { $0.level == level.level }.flatMap(\.pins.keys)
    guard pins.contains(type) else {
      let near = EditDistance.nearest(type, pins).map { "; did you mean \($0)?" } ?? ""
      throw CommandFailure("no pin of \(level.isSystem ? "root" : "yours") names the type \(type)\(near)", .missing)
    }
    try await PluginPinning.change(.unpin(type: type), type, level.level, path.searchPath, output.format)
  }
}

/// What `pin` and `unpin` share.
enum PluginPinning {
  static func change(
    _ change: PolicyChange, _ type: String, _ level: PolicyFile.Level, _ path: SearchPath, _ format: OutputFormat
  ) async throws {
    let file = try PluginChange.make { () throws(PluginHome.ChangeFailure) in try PluginChange.home.change(change, level: level) }
    let catalogue = try await PluginChange.settle(path)
    Console.note("changed \(file)")
    let offers = catalogue.all.hook(type).extensions
    let owner = offers.first(where: \.isOwner)?.plugin
    switch format {
    case .json:
      Console.print(
        ([
          "type": .string(type), "plugin": owner.map { .string($0) } ?? .null,
          "offered_by": .array(offers.map { .string($0.plugin) }),
        ] as JSON).prettyText)
    case .table: Console.print(owner.map { "\(type) is provided by \($0)" } ?? "nobody provides \(type): `cld plugin why \(type)` says why")
    }
  }
}
