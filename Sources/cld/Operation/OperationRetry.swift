internal import ArgumentParser
internal import JSON

/// `cld operation retry`.
struct OperationRetry: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry", abstract: "Try an operation again that is held or has failed.",
    discussion: """
      A held operation is tried at once. A failed creation whose things were kept goes on: only what failed or is missing is made. A failed delete, and a failed rollback, is tried again.
      Example: cld operation retry op-0123456789abcdef
      """)
  @Argument(help: "The operation's id.") var id: String
  @Flag(name: .customLong("no-wait"), help: "Print the operation's id at once and return.") var isDetached = false
  @OptionGroup var output: OutputOption

  func run() throws {
    let client = HostClient()
    let operation = try client.send("POST", ["v1", "operations", id, "retry"], body: [:])
    let running = operation["id"]?.string ?? id
    if isDetached { return Console.print(output.format == .json ? operation.prettyText : running) }
    try OperationProgress(client: client, operation: running).follow()
    if output.format == .json { return Console.print(try client.send("GET", ["v1", "operations", running]).prettyText) }
    Console.note("operation \(running) has succeeded")
  }
}
