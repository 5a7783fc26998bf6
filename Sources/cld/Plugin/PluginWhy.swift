internal import ArgumentParser
internal import Contract
internal import JSON
internal import Plugins

/// `cld plugin why`: takes the plugins through all stages and prints each with its result.
struct PluginWhy: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why", abstract: "Say why a plugin or a type is active, disabled, shadowed, refused or in quarantine.",
    discussion: "Example: cld plugin why AWS::RDS::DBInstance")

  @Argument(help: "A plugin's name, a type, or a type's short name.") var subject: String
  @OptionGroup var path: PluginPathOption
  @OptionGroup var output: OutputOption

  func run() async throws {
    let catalogue = await Catalogue.load(path.searchPath, setting: try PluginChange.setting(), home: PluginChange.home)
    await catalogue.close()
    let offers = catalogue.records.flatMap { record in
      (record.manifest?.provides ?? []).filter { $0.type == subject || $0.alias == subject }.map { (record, $0) }
    }
    let records = catalogue.records.filter { record in record.name == subject || offers.contains { $0.0 == record } }
    guard !records.isEmpty else {
      let near = EditDistance.nearest(subject, catalogue.records.map(\.name) + catalogue.all.extensions.map(\.provision.type))
      throw CommandFailure(
        "there is no plugin and no type \"\(subject)\"\(near.map { "; did you mean \"\($0)\"?" } ?? "")", .missing)
    }
    switch output.format {
    case .json: Console.print(JSON.array(records.map(\.explanation)).prettyText)
    case .table:
      let types = Array(Set(offers.map(\.1.type))).sorted()
      let answers = types.map { answer($0, catalogue, offers) }
      Console.print((answers + records.map(\.explanationText)).joined(separator: "\n\n"))
    }
  }

  /// Who provides a type, and who would.
  private func answer(_ type: String, _ catalogue: Catalogue, _ offers: [(PluginRecord, Provision)]) -> String {
    let owner = catalogue.all.extensions.first { $0.provision.type == type && $0.isOwner }?.plugin
    var lines = [owner.map { "\(type) is provided by \($0)" } ?? "nobody provides \(type)"]
    for (record, provision) in offers where provision.type == type && record.name != owner {
      let reason = record.contests.first { $0.type == type }?.reason ?? record.reason ?? ""
      lines.append("  \(record.name) also declares it and is \(record.state.rawValue)\(reason.isEmpty ? "" : ": \(reason)")")
    }
    return lines.joined(separator: "\n")
  }
}
