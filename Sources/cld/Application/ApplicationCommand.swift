internal import ArgumentParser
internal import Glibc
internal import JSON

/// `cld app`.
struct ApplicationCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "app", abstract: "Applications: containers that run in an environment.",
    subcommands: [Deploy.self, List.self, Show.self, Logs.self, ApplicationRefresh.self, Delete.self], aliases: ["application"])

  struct Deploy: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "deploy", abstract: "Deploy an application into an environment.", discussion: "Example: cld app deploy greetings shop app.yaml")
    @Argument(help: "The application's name.") var name: String
    @Argument(help: "The environment's name.") var environment: String
    @Argument(help: "The application file (YAML).") var file: String
    @Option(name: .customLong("on-failure"), help: "When deploying fails: rollback, delete or keep.") var onFailure = "rollback"
    @OptionGroup var change: ChangeOptions

    func run() throws {
      let body: JSON = [
        "name": .string(name), "environment": .string(environment), "file": .string(file),
        "text": .string(try InputFile.read(file)), "on_failure": .string(onFailure),
      ]
      try change.run("POST", ["v1", "apps"], body: body) { try $0.send("GET", ["v1", "apps", name]) }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the applications.", discussion: "Example: cld app list")
    @OptionGroup var output: OutputOption

    func run() throws {
      let list = try HostClient().send("GET", ["v1", "apps"])
      if output.format == .json { return Console.print(list.prettyText) }
      Console.print(
        Table(list, [("NAME", "name"), ("ENVIRONMENT", "environment"), ("STATUS", "status"), ("CREATED", "created_at")]).text)
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show an application with its outputs and resources.", discussion: "Example: cld app show greetings -o json")
    @Argument(help: "The application's name.") var name: String
    @OptionGroup var output: OutputOption

    func run() throws {
      let stack = try HostClient().send("GET", ["v1", "apps", name])
      if output.format == .json { Console.print(stack.prettyText) } else { StackView.show(stack) }
    }
  }

  struct Logs: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "logs", abstract: "Print the deployment log and the runtime log of an application.", discussion: "Example: cld app logs greetings")
    @Argument(help: "The application's name.") var name: String
    @Option(help: "Only lines since that time, in seconds since 1970.") var since: Int64 = 0
    @OptionGroup var output: OutputOption

    func run() throws {
      let lines = try HostClient().send("GET", ["v1", "apps", name, "logs"], query: ["since": String(since)])
      if output.format == .json { return Console.print(lines.prettyText) }
      if lines.array?.isEmpty != false { Console.note("there are no log lines yet: neither the deployment nor the containers have said anything") }
      for line in lines.array ?? [] {
        Console.print("\(Self.time(line["ts"]?.double ?? 0))  \(line["source"]?.string ?? "")  \(line["text"]?.string ?? "")")
      }
    }

    private static func time(_ seconds: Double) -> String {
      var moment = time_t(seconds)
      var parts = tm()
      gmtime_r(&moment, &parts)
      var buffer = [CChar](repeating: 0, count: 32)
      let count = strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
      return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }

  struct Delete: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "delete", abstract: "Delete an application: exactly what it made.", discussion: "Example: cld app delete greetings")
    @Argument(help: "The application's name.") var name: String
    @OptionGroup var change: ChangeOptions

    func run() throws {
      try change.run("DELETE", ["v1", "apps", name]) { _ in nil }
      if !change.isDryRun && !change.isDetached { Console.note("application \(name) is deleted") }
    }
  }
}
