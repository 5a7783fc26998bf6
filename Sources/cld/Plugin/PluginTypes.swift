internal import ArgumentParser
internal import Contract
internal import JSON
internal import Plugins

/// `cld plugin types`.
struct PluginTypes: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "types", abstract: "List the types that the plugins provide.", discussion: "Example: cld plugin types")

  @OptionGroup var path: PluginPathOption
  @OptionGroup var output: OutputOption

  func run() throws {
    let types = path.catalogue.types
    switch output.format {
    case .json:
      let values = types.map { plugin, provision -> JSON in
        [
          "type": .string(provision.type), "kind": .string(provision.kind.rawValue),
          "alias": provision.alias.map { .string($0) } ?? .null, "cloud": .string(provision.cloud),
          "group": .string(provision.group), "plugin": .string(plugin),
          "ops": .array(provision.ops.sorted().map { .string($0) }),
        ]
      }
      Console.print(JSON.array(values).prettyText)
    case .table:
      var table = Table(["TYPE", "KIND", "CLOUD", "ALIAS", "PLUGIN", "OPERATIONS"])
      for (plugin, provision) in types {
        table.add([
          provision.type, provision.kind.rawValue, provision.cloud, provision.alias ?? "-", plugin,
          provision.ops.sorted().joined(separator: " "),
        ])
      }
      Console.print(table.text)
    }
  }
}
