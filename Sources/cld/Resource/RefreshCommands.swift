internal import ArgumentParser
internal import JSON

/// A command that reads all things of an environment, an application or a stack anew.
protocol RefreshCommand: ParsableCommand {
  /// Where the API has its kind.
  static var collection: String { get }
  var name: String { get }
  var change: ChangeOptions { get }
}

extension RefreshCommand {
  func run() throws {
    if change.isDryRun { return Console.print("would look at every resource of \(name). Nothing was done.") }
    try change.run("POST", ["v1", Self.collection, name, "refresh"], body: [:]) { client in
      let list = try client.send("GET", ["v1", "resources"], query: ["stack": name])
      if change.output.format == .json { return list }
      Console.print(Drift.table(of: list))
      return nil
    }
  }
}

/// `cld env refresh`.
struct EnvironmentRefresh: RefreshCommand {
  static let collection = "environments"
  static let configuration = CommandConfiguration(
    commandName: "refresh", abstract: "See what has changed in the cloud beside what was asked for.", discussion: "Example: cld env refresh shop")
  @Argument(help: "The environment's name.") var name: String
  @OptionGroup var change: ChangeOptions
}

/// `cld app refresh`.
struct ApplicationRefresh: RefreshCommand {
  static let collection = "apps"
  static let configuration = CommandConfiguration(
    commandName: "refresh", abstract: "See what has changed in the cloud beside what was asked for.", discussion: "Example: cld app refresh greet")
  @Argument(help: "The application's name.") var name: String
  @OptionGroup var change: ChangeOptions
}

/// `cld stack refresh`.
struct StackRefresh: RefreshCommand {
  static let collection = "stacks"
  static let configuration = CommandConfiguration(
    commandName: "refresh", abstract: "See what has changed in the cloud beside what was asked for.", discussion: "Example: cld stack refresh web -o json")
  @Argument(help: "The stack's name.") var name: String
  @OptionGroup var change: ChangeOptions
}

/// What refreshes found, for people.
enum Drift {
  /// A line for each resource.
  static func table(of resources: JSON) -> String {
    let rows: [JSON] = (resources.array ?? []).map { resource in
      ["logical_id": resource["logical_id"] ?? .null, "type": resource["type"] ?? .null, "drift": resource["drift"]?["status"] ?? .null, "what": .string(sentence(resource))]
    }
    return Table(.array(rows), [("LOGICAL ID", "logical_id"), ("TYPE", "type"), ("DRIFT", "drift"), ("WHAT", "what")]).text
  }

  /// The properties that are not as they were asked for.
  static func sentence(_ resource: JSON) -> String {
    (resource["drift"]?["differences"]?.array ?? []).map { difference in
      let (actual, expected) = (difference["actual"] ?? .null, difference["expected"] ?? .null)
      return "\(difference["path"]?.string ?? "") is \(actual.scalarText ?? actual.text), asked for: \(expected.scalarText ?? expected.text)"
    }.joined(separator: "; ")
  }
}
