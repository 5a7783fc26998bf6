internal import ArgumentParser
internal import JSON

/// `cld stack protect`.
struct StackProtect: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "protect", abstract: "Refuse to delete a stack, or lift that.", discussion: "Example: cld stack protect web --off")
  @Argument(help: "The stack's name.") var name: String
  @Flag(help: "Lift the protection.") var off = false

  func run() throws {
    _ = try HostClient().send("POST", ["v1", "stacks", name, "protection"], body: ["protected": .bool(!off)])
    Console.note("stack \(name) is \(off ? "no longer " : "")protected from deletion")
  }
}

/// `cld stack policy`.
struct StackPolicyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy", abstract: "Show, set or lift the policy that says which resources updates may touch.",
    discussion: "Example: cld stack policy web --set policy.json")
  @Argument(help: "The stack's name.") var name: String
  @Option(name: .customLong("set"), help: "A JSON file with the policy.") var file: String?
  @Flag(help: "Lift the policy.") var off = false

  func run() throws {
    let client = HostClient()
    guard file != nil || off else {
      return Console.print(try client.send("GET", ["v1", "stacks", name, "policy"])["StackPolicyBody"]?.string ?? "stack \(name) has no policy")
    }
    let policy = try file.map { try InputFile.json($0) } ?? .null
    _ = try client.send("POST", ["v1", "stacks", name, "policy"], body: ["policy": policy])
    Console.note(off ? "stack \(name) has no policy any more" : "stack \(name) has the policy of \(file ?? "")")
  }
}
