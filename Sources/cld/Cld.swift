internal import ArgumentParser

/// The command line's root.
@main
struct Cld: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cld",
    abstract: "Provisions container clusters, databases and stacks on any cloud.",
    version: "0.1.0",
    subcommands: [
      PluginCommand.self
    ])
}
