internal import ArgumentParser
internal import Contract
internal import JSON
internal import Plugins

/// `cld plugin list`: reads manifests and cached verdicts, opens no library.
struct PluginList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the plugins on this host.",
    discussion: "Example: cld plugin list -o json")

  @OptionGroup var path: PluginPathOption
  @OptionGroup var output: OutputOption

  func run() throws {
    let records = path.catalogue.records
    switch output.format {
    case .json: Console.print(JSON.array(records.map(\.json)).prettyText)
    case .table:
      guard !records.isEmpty else {
        Console.note("No plugins are installed; they are looked for in \(path.searchPath.folders.joined(separator: ", ")).")
        return
      }
      var table = Table(["NAME", "VERSION", "STATE", "TYPES", "REASON"])
      for record in records {
        let reason = record.refusal.map { "\($0.code.rawValue): \($0.evidence)" } ?? record.note ?? ""
        table.add([
          record.name, record.manifest?.version ?? "-", record.state.rawValue,
          String(record.manifest?.provides.count ?? 0), reason,
        ])
      }
      Console.print(table.text)
    }
  }
}
