internal import ArgumentParser
internal import JSON

/// `cld operation resolve`.
struct OperationResolve: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resolve", abstract: "Say whether a request was executed for which a held operation needs you; it goes on.",
    discussion: """
      Look into the account first. A request to make something: --exists with the id of the thing that you found, or --absent when there is none; it is sent again. \
      An update or an action: --exists with the thing's id when it was done, --absent when not.
      Example: cld operation resolve op-0123456789abcdef Mailbox --exists mbx-17
      Example: cld operation resolve op-0123456789abcdef Mailbox --absent
      """)
  @Argument(help: "The operation's id.") var id: String
  @Argument(help: "The logical id of the resource, as the reason names it.") var resource: String
  @Option(help: "PHYSICAL-ID: it is there, with this id in its cloud.") var exists: String?
  @Flag(help: "It is not there.") var absent = false
  @OptionGroup var output: OutputOption

  func validate() throws {
    guard (exists != nil) != absent else { throw ValidationError("say either --exists PHYSICAL-ID or --absent") }
  }

  func run() throws {
    var body: JSON = ["resource": .string(resource)]
    if let exists { body["exists"] = .string(exists) } else { body["absent"] = true }
    let operation = try HostClient().send("POST", ["v1", "operations", id, "resolve"], body: body)
    if output.format == .json { return Console.print(operation.prettyText) }
    Console.note("operation \(id) goes on; follow it with `cld operation wait \(id)`")
  }
}
