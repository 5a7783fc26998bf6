internal import ArgumentParser
internal import Glibc
internal import JSON

/// `cld serve`.
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Run the host in the foreground, or stop it.", discussion: "Example: cld serve --stop")
  @Flag(help: "Stop the host of this home; its operations go on when it starts again.") var stop = false

  func run() throws {
    guard stop else { try HostProcess.exec(arguments: ["--home", Paths.home]) }
    guard HostProcess.isRunning else { return Console.note("no host is running on \(Paths.socket)") }
    _ = try HostClient().send("POST", ["v1", "shutdown"], body: [:])
    while HostProcess.isRunning { usleep(5_000) }
    Console.note("the host has stopped")
  }
}

/// `cld status`.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show whether the host runs and what it is doing.", discussion: "Example: cld status -o json")
  @OptionGroup var output: OutputOption

  func run() throws {
    guard HostProcess.isRunning else {
      if output.format == .json { return Console.print((["running": false, "home": .string(Paths.home)] as JSON).prettyText) }
      return Console.print("the host is not running; the first command that needs it starts it (home: \(Paths.home))")
    }
    var status = try HostClient().send("GET", ["v1", "status"])
    status["running"] = true
    status["home"] = .string(Paths.home)
    if output.format == .json { return Console.print(status.prettyText) }
    Console.print("the host is running, version \(status["version"]?.string ?? "?") (home: \(Paths.home))")
    for (name, label) in [("environments", "environments"), ("apps", "applications"), ("stacks", "stacks of templates"), ("open_operations", "operations under way")] {
      Console.print("  \(status[name]?.int ?? 0) \(label)")
    }
    if let problem = status["store_problem"]?.string { Console.note("what runs waits: \(problem)") }
  }
}
