internal import ArgumentParser
internal import JSON

/// `cld change-set`.
struct ChangeSetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "change-set", abstract: "What a change of a stack would do, before it is done.",
    subcommands: [Create.self, List.self, Show.self, Execute.self, Delete.self])

  struct Create: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "create", abstract: "Make a change set; for a stack that does not exist, of its creation.",
      discussion: "Example: cld change-set create web bigger --template web.yaml -p Size=3")
    @Argument(help: "The stack's name.") var stack: String
    @Argument(help: "The change set's name.") var name: String
    @OptionGroup var template: TemplateOptions
    @Option(help: "What it is for.") var description: String?
    @Flag(help: "Show values before and after.") var values = false
    @OptionGroup var output: OutputOption

    func run() throws {
      var body = try template.body()
      body["name"] = .string(name)
      body["description"] = description.map { .string($0) }
      let answer = try HostClient().send("POST", ["v1", "stacks", stack, "change-sets"], query: values ? ["values": "true"] : [:], body: .object(body))
      ChangeSetCommand.show(answer, output.format)
      guard answer["Status"]?.string != "FAILED" else { throw CommandFailure(answer["StatusReason"]?.string ?? "the change set failed", .failed) }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the change sets of a stack.", discussion: "Example: cld change-set list web")
    @Argument(help: "The stack's name.") var stack: String
    @OptionGroup var output: OutputOption

    func run() throws {
      let answer = try HostClient().send("GET", ["v1", "stacks", stack, "change-sets"])
      if output.format == .json { return Console.print(answer.prettyText) }
      Console.print(
        Table(answer["Summaries"] ?? [], [("NAME", "ChangeSetName"), ("STATUS", "Status"), ("EXECUTION", "ExecutionStatus"), ("CREATED", "CreationTime")]).text)
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show a change set; -o json has CloudFormation's field names.", discussion: "Example: cld change-set show web bigger --values -o json")
    @Argument(help: "The stack's name.") var stack: String
    @Argument(help: "The change set's name.") var name: String
    @Flag(help: "Show values before and after.") var values = false
    @OptionGroup var output: OutputOption

    func run() throws {
      let answer = try HostClient().send("GET", ["v1", "stacks", stack, "change-sets", name], query: values ? ["values": "true"] : [:])
      ChangeSetCommand.show(answer, output.format)
    }
  }

  struct Execute: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "execute", abstract: "Do exactly what a change set shows.", discussion: "Example: cld change-set execute web bigger")
    @Argument(help: "The stack's name.") var stack: String
    @Argument(help: "The change set's name.") var name: String
    @Option(name: .customLong("on-failure"), help: "When it fails: rollback, delete (of a creation) or keep.") var onFailure = "rollback"
    @OptionGroup var change: ChangeOptions

    func run() throws {
      let path = ["v1", "stacks", stack, "change-sets", name]
      if change.isDryRun { return ChangeSetCommand.show(try HostClient().send("GET", path), change.output.format) }
      try change.run("POST", path + ["execute"], body: ["on_failure": .string(onFailure)]) { try $0.send("GET", ["v1", "stacks", stack]) }
    }
  }

  struct Delete: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "delete", abstract: "Forget a change set.", discussion: "Example: cld change-set delete web bigger")
    @Argument(help: "The stack's name.") var stack: String
    @Argument(help: "The change set's name.") var name: String

    func run() throws {
      _ = try HostClient().send("DELETE", ["v1", "stacks", stack, "change-sets", name])
      Console.note("change set \(name) is forgotten")
    }
  }

  private static func show(_ changeSet: JSON, _ format: OutputFormat) {
    if format == .json { return Console.print(changeSet.prettyText) }
    let reason = changeSet["StatusReason"]?.string.map { ": \($0)" } ?? ""
    Console.print("\(changeSet["ChangeSetName"]?.string ?? "")  \(changeSet["Status"]?.string ?? "")  \(changeSet["ExecutionStatus"]?.string ?? "")\(reason)")
    if changeSet["Changes"]?.array?.isEmpty == false { Console.print(CloudFormationText.changes(changeSet["Changes"] ?? [])) }
  }
}
