internal import ArgumentParser
internal import Glibc
internal import JSON
internal import Plugins

/// `cld plugin remove`.
struct PluginRemove: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Remove a plugin that you installed; refused while a stack has things that it made.",
    discussion: "Example: cld plugin remove acme")
  @Argument(help: "The plugin's name.") var name: String
  @Flag(help: "Remove it although stacks use it: their operations are held until it is installed again.") var force = false
  @OptionGroup var path: PluginPathOption
  @OptionGroup var output: OutputOption

  func run() async throws {
    let record = try path.catalogue.record(named: name)
    guard let folder = SearchPath.userFolder, record.folder == "\(folder)/\(name)" else {
      throw CommandFailure(
        "\(record.folder) was not put there by `cld plugin install`: remove it with what installed it, or say cld plugin disable \(name)",
        .permission)
    }
    let stacks = try Self.stacks(using: name)
    guard stacks.isEmpty || force else {
      throw CommandFailure("\(name) is used by \(stacks.joined(separator: ", ")): delete them first, or say --force", .conflict)
    }
    do { try StagedPlugin.remove(record.folder) } catch { throw CommandFailure(error.description, .permission) }
    _ = try await PluginChange.settle(path.searchPath)
    switch output.format {
    case .json: Console.print((["removed": .string(name), "path": .string(record.folder)] as JSON).prettyText)
    case .table: Console.print("removed \(name) from \(record.folder)")
    }
  }

  /// The stacks with things that the plugin made. A home without a database has none, and no host is started for that.
  private static func stacks(using plugin: String) throws -> [String] {
    guard access(Paths.home + "/data/deployments/cld.sqlite", F_OK) == 0 else { return [] }
    let resources = try HostClient().send("GET", ["v1", "resources"]).array ?? []
    return Array(Set(resources.filter { $0["plugin"]?.string == plugin }.compactMap { $0["stack"]?.string })).sorted()
  }
}
