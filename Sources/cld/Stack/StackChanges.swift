internal import ArgumentParser
internal import JSON

/// `cld stack create`.
struct StackCreate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Create a stack from a template.",
    discussion: "Example: cld stack create web --template web.yaml -p Size=2")
  @Argument(help: "The stack's name.") var name: String
  @OptionGroup var template: TemplateOptions
  @Option(name: .customLong("on-failure"), help: "When creating fails: rollback, delete or keep.") var onFailure = "rollback"
  @OptionGroup var change: ChangeOptions

  func run() throws {
    guard template.template != nil else { throw CommandFailure("there is no template: give --template FILE", .usage) }
    var body = try template.body()
    body["name"] = .string(name)
    body["on_failure"] = .string(onFailure)
    try change.run("POST", ["v1", "stacks"], body: .object(body)) { try $0.send("GET", ["v1", "stacks", name]) }
  }
}

/// `cld stack update`.
struct StackUpdate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "update", abstract: "Change a stack to another template or other parameters; a failed update is undone.",
    discussion: "Example: cld stack update web --template web.yaml -p Size=3")
  @Argument(help: "The stack's name.") var name: String
  @OptionGroup var template: TemplateOptions
  @Option(name: .customLong("on-failure"), help: "When the update fails: rollback or keep.") var onFailure = "rollback"
  @OptionGroup var change: ChangeOptions

  func run() throws {
    guard onFailure != "delete" else { throw CommandFailure("--on-failure of an update is rollback or keep", .usage) }
    var body = try template.body()
    body["on_failure"] = .string(onFailure)
    try change.run("POST", ["v1", "stacks", name], body: .object(body)) { try $0.send("GET", ["v1", "stacks", name]) }
  }
}

/// `cld stack delete`.
struct StackDelete: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Delete a stack and all that it made.", discussion: "Example: cld stack delete web --retain Database")
  @Argument(help: "The stack's name.") var name: String
  @Option(help: "LOGICAL: a resource whose thing stays. May be repeated.") var retain: [String] = []
  @Flag(name: .customLong("skip-final-snapshot"), help: "Databases leave nothing, whatever the template says.") var skipsSnapshot = false
  @OptionGroup var change: ChangeOptions

  func run() throws {
    var query: [String: String] = [:]
    if !retain.isEmpty { query["retain"] = retain.joined(separator: ",") }
    if skipsSnapshot { query["final_snapshot"] = "false" }
    try change.run("DELETE", ["v1", "stacks", name], query: query) { _ in nil }
    if !change.isDetached && !change.isDryRun { Console.note("stack \(name) is deleted") }
  }
}

/// `cld stack cancel`.
struct StackCancel: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "Cancel the change that runs: a creation or an update is undone, a delete stops.", discussion: "Example: cld stack cancel web")
  @Argument(help: "The stack's name.") var name: String
  @OptionGroup var change: ChangeOptions

  func run() throws {
    let client = HostClient()
    let operation = try client.send("POST", ["v1", "stacks", name, "cancel"], body: [:])
    let id = operation["id"]?.string ?? ""
    if change.isDetached { return Console.print(change.output.format == .json ? operation.prettyText : id) }
    do {
      try OperationProgress(client: client, operation: id).follow()
      Console.note("it had ended before it could be cancelled")
    } catch let failure as CommandFailure where failure.status == .failed {
      Console.note("stack \(name): \(failure.message)")
    }
  }
}

/// `cld stack continue-rollback`.
struct StackContinueRollback: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "continue-rollback", abstract: "Undo a failed update once more.",
    discussion: "Example: cld stack continue-rollback web --skip Database")
  @Argument(help: "The stack's name.") var name: String
  @Option(help: "LOGICAL: a resource that stays as it is. May be repeated.") var skip: [String] = []
  @OptionGroup var change: ChangeOptions

  func run() throws {
    try change.run("POST", ["v1", "stacks", name, "rollback"], body: ["skip": .array(skip.map { .string($0) })]) {
      try $0.send("GET", ["v1", "stacks", name])
    }
  }
}
