internal import ArgumentParser
internal import JSON

/// `cld env`.
struct EnvironmentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "env", abstract: "Environments: a container cluster and what belongs to it.",
    subcommands: [Create.self, List.self, Show.self, EnvironmentRefresh.self, Delete.self], aliases: ["environment"])

  struct Create: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "create", abstract: "Create an environment from a file.", discussion: "Example: cld env create shop environment.yaml")
    @Argument(help: "The environment's name.") var name: String
    @Argument(help: "The environment file (YAML).") var file: String
    @Option(name: .customLong("on-failure"), help: "When creating fails: rollback, delete or keep.") var onFailure = "rollback"
    @OptionGroup var change: ChangeOptions

    func run() throws {
      let body: JSON = [
        "name": .string(name), "file": .string(file), "text": .string(try InputFile.read(file)), "on_failure": .string(onFailure),
      ]
      try change.run("POST", ["v1", "environments"], body: body) { try $0.send("GET", ["v1", "environments", name]) }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the environments.", discussion: "Example: cld env list -o json")
    @OptionGroup var output: OutputOption

    func run() throws {
      let list = try HostClient().send("GET", ["v1", "environments"])
      if output.format == .json { return Console.print(list.prettyText) }
      Console.print(
        Table(list, [("NAME", "name"), ("STATUS", "status"), ("ACCOUNT", "account"), ("REGION", "region"), ("CREATED", "created_at")]).text)
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show an environment with its outputs and resources.", discussion: "Example: cld env show shop")
    @Argument(help: "The environment's name.") var name: String
    @OptionGroup var output: OutputOption

    func run() throws {
      let stack = try HostClient().send("GET", ["v1", "environments", name])
      if output.format == .json { Console.print(stack.prettyText) } else { StackView.show(stack) }
    }
  }

  struct Delete: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "delete", abstract: "Delete an environment and all that it made.", discussion: "Example: cld env delete shop --skip-final-snapshot")
    @Argument(help: "The environment's name.") var name: String
    @Flag(help: "Delete its applications first.") var force = false
    @Flag(name: .customLong("final-snapshot"), help: "Databases leave a final snapshot.") var takesSnapshot = false
    @Flag(name: .customLong("skip-final-snapshot"), help: "Databases leave nothing.") var skipsSnapshot = false
    @OptionGroup var change: ChangeOptions

    func run() throws {
      guard !(takesSnapshot && skipsSnapshot) else {
        throw CommandFailure("--final-snapshot and --skip-final-snapshot exclude each other: give one of them", .usage)
      }
      var query: [String: String] = force ? ["force": "true"] : [:]
      if takesSnapshot || skipsSnapshot { query["final_snapshot"] = String(takesSnapshot) }
      if change.isDryRun { return try change.run("DELETE", ["v1", "environments", name], query: query) { _ in nil } }
      // Whether it can be deleted is asked before the first application goes.
      let client = HostClient()
      query["dry_run"] = "true"
      do {
        _ = try client.send("DELETE", ["v1", "environments", name], query: query)
      } catch let failure as CommandFailure where failure.needsSnapshotDecision && Prompt.isPossible {
        query["final_snapshot"] = String(try Prompt.decide("\(failure.message)\nTake a final snapshot? [y/n] "))
      }
      query["dry_run"] = nil
      if force && !change.isDetached {
        for application in try client.send("GET", ["v1", "apps"]).array ?? [] where application["environment"]?.string == name {
          try change.run("DELETE", ["v1", "apps", application["name"]?.string ?? ""]) { _ in nil }
        }
      }
      try change.run("DELETE", ["v1", "environments", name], query: query) { _ in nil }
      if !change.isDetached { Console.note("environment \(name) is deleted") }
    }
  }
}
