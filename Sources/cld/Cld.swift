internal import ArgumentParser
internal import Glibc

/// The command line.
@main
struct Cld: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cld", abstract: "Container clusters, databases and applications on any cloud, through plugins that you can trust.",
    version: "0.1.0",
    subcommands: [
      EnvironmentCommand.self, ApplicationCommand.self, ResourceCommand.self, OperationCommand.self,
      SetupCommand.self, ServeCommand.self, StatusCommand.self,
    ])

  /// Our own end instead of the library's: one sentence, and the exit statuses of interfaces.md.
  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let failure as CommandFailure {
      Console.error("cld: \(failure.message)")
      Glibc.exit(failure.status.rawValue)
    } catch {
      Cld.exit(withError: error)
    }
  }
}
