internal import ArgumentParser
internal import JSON

/// `cld resource`.
struct ResourceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resource", abstract: "Every resource, whoever created it.",
    subcommands: [List.self, Show.self, Start.self, Stop.self, Reboot.self, Refresh.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the resources.", discussion: "Example: cld resource list --env shop")
    @Option(name: [.customLong("env"), .customLong("stack")], help: "Only those of that environment, application or stack.")
    var stack: String?
    @OptionGroup var output: OutputOption

    func run() throws {
      let list = try HostClient().send("GET", ["v1", "resources"], query: stack.map { ["stack": $0] } ?? [:])
      if output.format == .json { return Console.print(list.prettyText) }
      Console.print(
        Table(
          list,
          [("ID", "id"), ("STACK", "stack"), ("LOGICAL ID", "logical_id"), ("TYPE", "type"), ("STATUS", "status"), ("PHYSICAL ID", "physical_id")]
        ).text)
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show a resource.", discussion: "Example: cld resource show shop/RdsDBInstance --reveal")
    @Argument(help: "The id, the physical id, or STACK/LOGICAL-ID.") var id: String
    @Flag(help: "Print secrets instead of ****.") var reveal = false
    @OptionGroup var output: OutputOption

    func run() throws {
      let resource = try HostClient().send("GET", ["v1", "resources", id], query: reveal ? ["reveal": "true"] : [:])
      if output.format == .json { return Console.print(resource.prettyText) }
      for name in ["id", "stack", "logical_id", "type", "name", "physical_id", "status", "status_reason"] {
        if let text = resource[name]?.scalarText { Console.print("\(name): \(text)") }
      }
      Console.print("drift: \(resource["drift"]?["status"]?.string ?? "NOT_CHECKED")  \(Drift.sentence(resource))")
      for section in ["properties", "attributes"] {
        Console.print("\(section):")
        for (name, value) in (resource[section]?.object ?? [:]).sorted(by: { $0.key < $1.key }) {
          Console.print("  \(name): \(value.scalarText ?? value.text)")
        }
      }
    }
  }

  struct Start: ResourceAction {
    static let action = "start"
    static let configuration = CommandConfiguration(
      commandName: "start", abstract: "Start a stopped resource.", discussion: "Example: cld resource start shop/RdsDBInstance")
    @OptionGroup var target: ResourceTarget
  }

  struct Stop: ResourceAction {
    static let action = "stop"
    static let configuration = CommandConfiguration(
      commandName: "stop", abstract: "Stop a resource.", discussion: "Example: cld resource stop shop/RdsDBInstance")
    @OptionGroup var target: ResourceTarget
  }

  struct Reboot: ResourceAction {
    static let action = "reboot"
    static let configuration = CommandConfiguration(
      commandName: "reboot", abstract: "Reboot a resource.", discussion: "Example: cld resource reboot shop/RdsDBInstance")
    @OptionGroup var target: ResourceTarget
  }

  struct Refresh: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "refresh", abstract: "Read a resource anew from its cloud.", discussion: "Example: cld resource refresh shop/RdsDBInstance")
    @OptionGroup var target: ResourceTarget

    func run() throws { try target.run(["v1", "resources", target.id, "refresh"], body: [:]) }
  }
}

/// The resource that a command is about.
struct ResourceTarget: ParsableArguments {
  @Argument(help: "The id, the physical id, or STACK/LOGICAL-ID.") var id: String
  @OptionGroup var change: ChangeOptions

  func run(_ path: [String], body: JSON) throws {
    if change.isDryRun {
      let resource = try HostClient().send("GET", ["v1", "resources", id])
      let action = body["action"]?.string ?? "refresh"
      Console.print("would \(action) \(resource["logical_id"]?.string ?? id) (\(resource["physical_id"]?.string ?? "-")). Nothing was done.")
      return
    }
    try change.run("POST", path, body: body) { client in
      let shown = try client.send("GET", ["v1", "resources", id])
      if change.output.format == .json { return shown }
      Console.print("\(shown["logical_id"]?.string ?? id)  \(shown["attributes"]?["Status"]?.string ?? shown["status"]?.string ?? "")")
      if body["action"] == nil { Console.print(Drift.table(of: [shown])) }
      return nil
    }
  }
}

/// A command that does an action of a resource.
protocol ResourceAction: ParsableCommand {
  static var action: String { get }
  var target: ResourceTarget { get }
}

extension ResourceAction {
  func run() throws { try target.run(["v1", "resources", target.id, "actions"], body: ["action": .string(Self.action)]) }
}
