internal import ArgumentParser
internal import Glibc
internal import JSON

/// The options of every command that changes something.
struct ChangeOptions: ParsableArguments {
  @Flag(name: .customLong("dry-run"), help: "Show what would be done, and do nothing.")
  var isDryRun = false

  @Flag(name: .customLong("no-wait"), help: "Print the operation's id at once and return.")
  var isDetached = false

  @OptionGroup var output: OutputOption

  /// Sends the change, shows its plan or follows it to its end, and prints what `result` gives.
  func run(
    _ method: String, _ path: [String], query: [String: String] = [:], body: JSON? = nil, result: (HostClient) throws -> JSON?
  ) throws {
    let client = HostClient()
    var query = query
    if isDryRun { query["dry_run"] = "true" }
    let answer = try client.send(method, path, query: query, body: body, idempotencyKey: Self.key())
    if isDryRun { return show(plan: answer) }
    guard let operation = answer["id"]?.string else { throw CommandFailure("cld-host named no operation", .unavailable) }
    if isDetached { return Console.print(output.format == .json ? answer.prettyText : operation) }
    try OperationProgress(client: client, operation: operation).follow()
    guard let shown = try result(client) else { return }
    if output.format == .json { return Console.print(shown.prettyText) }
    if let stack = shown["Stacks"]?[0] { CloudFormationText.show(stack: stack) } else { StackView.show(shown) }
  }

  private func show(plan: JSON) {
    if output.format == .json { return Console.print(plan.prettyText) }
    if let changes = plan["Changes"] {
      Console.print(CloudFormationText.changes(changes))
      return Console.note("\(changes.array?.count ?? 0) changes. Nothing was done.")
    }
    let changes = plan["changes"] ?? []
    let table = Table(
      changes, [("ACTION", "action"), ("LOGICAL ID", "logical_id"), ("TYPE", "type"), ("NAME", "name")])
    Console.print(table.text)
    let place = plan["account"]?.string.map { " in account \($0), \(plan["region"]?.string ?? "")" } ?? ""
    Console.note("\(changes.array?.count ?? 0) changes\(place). Nothing was done.")
  }

  /// One key per command: a request that is sent again is not done again.
  private static func key() -> String {
    (0..<2).map { _ in String(UInt64.random(in: UInt64(1) << 60...UInt64.max), radix: 16) }.joined()
  }
}

/// How an environment or application looks to people.
enum StackView {
  static func show(_ stack: JSON) {
    Console.print("\(stack["name"]?.string ?? "")  \(stack["status"]?.string ?? "")  (\(stack["stack_status"]?.string ?? ""))")
    if let reason = stack["status_reason"]?.string { Console.print("  \(reason)") }
    for (name, value) in (stack["outputs"]?.object ?? [:]).sorted(by: { $0.key < $1.key }) {
      Console.print("  \(name): \(value.scalarText ?? value.text)")
    }
    guard let resources = stack["resources"], resources.array?.isEmpty == false else { return }
    Console.print("")
    Console.print(
      Table(resources, [("LOGICAL ID", "logical_id"), ("TYPE", "type"), ("STATUS", "status"), ("PHYSICAL ID", "physical_id")]).text)
  }
}

/// Reads a file that the user names.
enum InputFile {
  static func read(_ path: String) throws -> String {
    guard let file = fopen(path, "r") else {
      throw CommandFailure("\(path) cannot be read: \(String(cString: strerror(errno))); check the path", .missing)
    }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { break }
      bytes += buffer.prefix(count)
      guard bytes.count <= 4 << 20 else { throw CommandFailure("\(path) is larger than 4 MiB", .usage) }
    }
    guard ferror(file) == 0 else { throw CommandFailure("\(path): \(String(cString: strerror(errno)))", .missing) }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw CommandFailure("\(path) is not UTF-8", .usage) }
    return text
  }

  /// A file that holds JSON.
  static func json(_ path: String) throws -> JSON {
    let text = try read(path)
    do throws(JSONSyntaxError) {
      return try JSON.parse(text)
    } catch {
      throw CommandFailure("\(path):\(error.line):\(error.column): \(error.message)", .usage)
    }
  }
}
