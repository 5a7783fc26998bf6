internal import ArgumentParser
internal import Glibc
internal import JSON

/// `cld stack list`.
struct StackList: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List the stacks.", discussion: "Example: cld stack list -o json")
  @OptionGroup var output: OutputOption

  func run() throws {
    let answer = try HostClient().send("GET", ["v1", "stacks"])
    if output.format == .json { return Console.print(answer.prettyText) }
    Console.print(
      Table(answer["StackSummaries"] ?? [], [("NAME", "StackName"), ("STATUS", "StackStatus"), ("CREATED", "CreationTime"), ("UPDATED", "LastUpdatedTime")]).text)
  }
}

/// `cld stack show`.
struct StackShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a stack with its outputs; -o json has CloudFormation's field names.", discussion: "Example: cld stack show web -o json")
  @Argument(help: "The stack's name, or its id.") var name: String
  @OptionGroup var output: OutputOption

  func run() throws {
    let client = HostClient()
    let answer = try client.send("GET", ["v1", "stacks", name])
    if output.format == .json { return Console.print(answer.prettyText) }
    CloudFormationText.show(stack: answer["Stacks"]?[0] ?? [:])
    Console.print("")
    Console.print(CloudFormationText.resources(try client.send("GET", ["v1", "stacks", name, "resources"])))
  }
}

/// `cld stack resources`.
struct StackResources: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resources", abstract: "List the resources of a stack.", discussion: "Example: cld stack resources web -o json")
  @Argument(help: "The stack's name, or its id.") var name: String
  @OptionGroup var output: OutputOption

  func run() throws {
    let answer = try HostClient().send("GET", ["v1", "stacks", name, "resources"])
    Console.print(output.format == .json ? answer.prettyText : CloudFormationText.resources(answer))
  }
}

/// `cld stack template`.
struct StackTemplate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "template", abstract: "Print the template of a stack as it was given.", discussion: "Example: cld stack template web > web.yaml")
  @Argument(help: "The stack's name.") var name: String
  @OptionGroup var output: OutputOption

  func run() throws {
    let answer = try HostClient().send("GET", ["v1", "stacks", name, "template"])
    if output.format == .json { return Console.print(answer.prettyText) }
    let text = answer["TemplateBody"]?.string ?? ""
    Console.print(text.last == "\n" ? String(text.dropLast()) : text)
  }
}

/// `cld stack events`.
struct StackEvents: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "events", abstract: "Show what happened to a stack: newest first with -o json, as CloudFormation's events; oldest first as text.",
    discussion: "Example: cld stack events web --follow")
  @Argument(help: "The stack's name, or its id.") var name: String
  @Flag(help: "Go on until the operation that runs has ended.") var follow = false
  @OptionGroup var output: OutputOption

  func run() throws {
    let client = HostClient()
    if output.format == .json { return Console.print(try client.send("GET", ["v1", "stacks", name, "events"]).prettyText) }
    var shown = 0
    // By its id the stack is found also when it is gone in the end.
    var name = name
    while true {
      let events = try client.send("GET", ["v1", "stacks", name, "events"])["StackEvents"]?.array ?? []
      name = events.first?["StackId"]?.string ?? name
      for event in events.reversed().dropFirst(shown) { Console.print(CloudFormationText.line(event)) }
      shown = events.count
      let running = try client.send("GET", ["v1", "operations"]).array?.first { $0["stack"]?.string == events.first?["StackName"]?.string && $0["status"]?.string == "RUNNING" }
      guard follow, let id = running?["id"]?.string else { return }
      // Returns when something has happened, or when the operation has ended.
      _ = try client.send("GET", ["v1", "operations", id, "events"], query: ["after": String(Self.newest(events)), "wait_ms": "20000"])
    }
  }

  /// The number at the end of the newest event's id.
  private static func newest(_ events: [JSON]) -> Int64 {
    events.first?["EventId"]?.string.flatMap { $0.split(separator: "-").last }.flatMap { Int64($0) } ?? 0
  }
}

/// CloudFormation's shapes as text for people.
enum CloudFormationText {
  static func show(stack: JSON) {
    Console.print("\(stack["StackName"]?.string ?? "")  \(stack["StackStatus"]?.string ?? "")")
    if let reason = stack["StackStatusReason"]?.string { Console.print("  \(reason)") }
    for output in stack["Outputs"]?.array ?? [] {
      Console.print("  \(output["OutputKey"]?.string ?? ""): \(output["OutputValue"]?.scalarText ?? output["OutputValue"]?.text ?? "")")
    }
  }

  static func resources(_ answer: JSON) -> String {
    Table(
      answer["StackResources"] ?? [],
      [("LOGICAL ID", "LogicalResourceId"), ("TYPE", "ResourceType"), ("STATUS", "ResourceStatus"), ("PHYSICAL ID", "PhysicalResourceId")]
    ).text
  }

  static func line(_ event: JSON) -> String {
    let time = event["Timestamp"]?.string.map { String($0.prefix(19)) } ?? ""
    let status = event["ResourceStatus"]?.string ?? ""
    let padded = status + String(repeating: " ", count: max(0, 20 - status.count))
    let reason = event["ResourceStatusReason"]?.string.map { "  \($0)" } ?? ""
    return "\(time)  \(padded)  \(event["LogicalResourceId"]?.string ?? "")  \(event["ResourceType"]?.string ?? "")\(reason)"
  }

  /// A table of changes, and below it the values that they change, where the answer has them.
  static func changes(_ changes: JSON) -> String {
    var table = Table(["ACTION", "LOGICAL ID", "TYPE", "REPLACEMENT", "PHYSICAL ID", "BECAUSE OF"])
    var values: [String] = []
    add(changes, to: &table, &values, under: "")
    return ([table.text] + values).joined(separator: "\n")
  }

  private static func add(_ changes: JSON, to table: inout Table, _ values: inout [String], under prefix: String) {
    for change in changes.array ?? [] {
      let resource = change["ResourceChange"] ?? [:]
      let id = prefix + (resource["LogicalResourceId"]?.string ?? "")
      let causes = (resource["Details"]?.array ?? []).compactMap { detail in
        detail["CausingEntity"]?.string ?? detail["Target"]?["Name"]?.string ?? detail["Target"]?["Attribute"]?.string
      }
      let unique = causes.enumerated().filter { causes.firstIndex(of: $0.element) == $0.offset }.map(\.element)
      table.add([
        resource["Action"]?.string ?? "", id, resource["ResourceType"]?.string ?? "",
        resource["Replacement"]?.string ?? "-", resource["PhysicalResourceId"]?.string ?? "-", unique.isEmpty ? "-" : unique.joined(separator: ", "),
      ])
      values += lines(of: resource, id)
      add(resource["NestedChanges"] ?? [], to: &table, &values, under: id + "/")
    }
  }

  /// One line for each value: its place, what it was and what it becomes.
  private static func lines(of resource: JSON, _ id: String) -> [String] {
    var out: [String] = []
    for detail in resource["Details"]?.array ?? [] {
      guard let target = detail["Target"], let path = target["Path"]?.string else { continue }
      func shown(_ key: String) -> String { target[key].map { $0.scalarText ?? $0.text } ?? "-" }
      let line = "  \(id)\(path): \(shown("BeforeValue")) → \(shown("AfterValue"))"
      if !out.contains(line) { out.append(line) }
    }
    return out
  }
}
