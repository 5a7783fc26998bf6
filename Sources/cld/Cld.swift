internal import ArgumentParser
internal import Glibc

/// The command line's root. Every command gives its `commandName`: the one that ArgumentParser derives from a type's name takes a
/// look through all conformances of the process, at each start.
@main
struct Cld: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cld", abstract: "Container clusters, databases and applications on any cloud, through plugins that you can trust.",
    version: "0.1.0",
    subcommands: [
      EnvironmentCommand.self, ApplicationCommand.self, ResourceCommand.self, OperationCommand.self, StackCommand.self, ChangeSetCommand.self,
      PluginCommand.self,
      SetupCommand.self, ServeCommand.self, StatusCommand.self,
    ])

  /// Our own end instead of the library's: one sentence, and the exit statuses of docs/cli.md.
  static func main() async {
    do {
      var command = try parseAsRoot()
      if var concurrent = command as? any AsyncParsableCommand {
        try await concurrent.run()
      } else {
        try command.run()
      }
    } catch let failure as CommandFailure {
      Console.note("cld: \(failure.message)")
      Glibc.exit(failure.status.rawValue)
    } catch {
      Cld.exit(withError: error)
    }
  }
}
