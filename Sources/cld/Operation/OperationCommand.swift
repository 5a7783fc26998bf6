internal import ArgumentParser
internal import JSON

/// `cld operation`.
struct OperationCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "operation", abstract: "Every change in progress or past.",
    subcommands: [List.self, Show.self, Wait.self, Cancel.self, OperationRetry.self, OperationResolve.self], aliases: ["op"])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the operations, newest first.", discussion: "Example: cld operation list")
    @OptionGroup var output: OutputOption

    func run() throws {
      let list = try HostClient().send("GET", ["v1", "operations"])
      if output.format == .json { return Console.print(list.prettyText) }
      Console.print(
        Table(list, [("ID", "id"), ("STACK", "stack"), ("KIND", "kind"), ("STATUS", "status"), ("CREATED", "created_at"), ("REASON", "reason")]).text)
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show an operation and its events.", discussion: "Example: cld operation show op-0123456789abcdef")
    @Argument(help: "The operation's id.") var id: String
    @OptionGroup var output: OutputOption

    func run() throws {
      let client = HostClient()
      var operation = try client.send("GET", ["v1", "operations", id])
      let events = try client.send("GET", ["v1", "operations", id, "events"])["events"] ?? []
      operation["events"] = events
      if output.format == .json { return Console.print(operation.prettyText) }
      for name in ["id", "stack", "kind", "status", "reason", "created_at", "finished_at"] {
        if let text = operation[name]?.scalarText { Console.print("\(name): \(text)") }
      }
      Console.print("")
      Console.print(Table(events, [("TIME", "time"), ("STATUS", "status"), ("LOGICAL ID", "logical_id"), ("TYPE", "type"), ("REASON", "reason")]).text)
    }
  }

  struct Wait: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "wait", abstract: "Follow an operation to its end.", discussion: "Example: cld operation wait op-0123456789abcdef --timeout 600")
    @Argument(help: "The operation's id.") var id: String
    @Option(help: "Seconds after which to stop waiting; the operation goes on.") var timeout: Int?

    func run() throws {
      let client = HostClient()
      // This brings the host these credentials and lets a held operation be tried at once; following alone does not.
      _ = try client.send("GET", ["v1", "operations", id], query: ["resume": "true"])
      try OperationProgress(client: client, operation: id, timeout: timeout.map { $0 * 1000 }).follow()
    }
  }

  struct Cancel: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "cancel", abstract: "End what runs or is held, as far as it can be ended.",
      discussion: """
        What a creation or an update has done is undone. A delete begins no more: what is deleted stays deleted, the rest stays. An action is taken back unless its request has left. A refresh stops.
        Example: cld operation cancel op-0123456789abcdef
        """)
    @Argument(help: "The operation's id.") var id: String
    @OptionGroup var output: OutputOption

    func run() throws {
      let operation = try HostClient().send("POST", ["v1", "operations", id, "cancel"], body: [:])
      if output.format == .json { return Console.print(operation.prettyText) }
      if let status = operation["status"]?.string, status != "RUNNING", status != "HELD" {
        Console.note("operation \(id) has ended: \(status)")
      } else {
        Console.note("operation \(id) is being cancelled; follow it with `cld operation wait \(id)`")
      }
    }
  }
}
