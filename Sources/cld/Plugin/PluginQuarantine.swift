internal import ArgumentParser
internal import JSON
internal import Plugins

/// `cld plugin quarantine`.
struct PluginQuarantine: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quarantine", abstract: "The plugins whose workers died again and again, with the evidence.",
    subcommands: [List.self, Clear.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List what is in quarantine.", discussion: "Example: cld plugin quarantine list -o json")
    @OptionGroup var output: OutputOption

    func run() throws {
      let entries = PluginChange.home.quarantine().entries.sorted { $0.key < $1.key }
      if output.format == .json {
        return Console.print(
          JSON.array(
            entries.map { name, entry in
              var json = entry.json
              json["name"] = .string(name)
              return json
            }
          ).prettyText)
      }
      guard !entries.isEmpty else { return Console.note("Nothing is in quarantine.") }
      var table = Table(["NAME", "DEATHS", "STAGE", "LIBRARY", "EVIDENCE"])
      for (name, entry) in entries {
        table.add([name, String(entry.deaths), entry.stage, String(entry.sha256.prefix(12)), entry.evidence])
      }
      Console.print(table.text)
    }
  }

  struct Clear: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Let a plugin try again; what waits for it goes on.", discussion: "Example: cld plugin quarantine clear acme")
    @Argument(help: "The plugin's name.") var name: String
    @OptionGroup var path: PluginPathOption
    @OptionGroup var output: OutputOption

    func run() async throws {
      guard PluginChange.home.quarantine().entries[name] != nil else {
        throw CommandFailure("\(name) is not in quarantine: cld plugin quarantine list shows what is", .missing)
      }
      try PluginChange.make { () throws(PluginHome.ChangeFailure) in try PluginChange.home.quarantine(name, nil) }
      let catalogue = try await PluginChange.settle(path.searchPath)
      PluginRule.print(catalogue.records.filter { $0.name == name }, output.format)
    }
  }
}
