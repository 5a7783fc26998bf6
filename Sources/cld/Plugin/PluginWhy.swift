internal import ArgumentParser
internal import Contract
internal import JSON
internal import Plugins

/// `cld plugin why`: takes one plugin through all stages and prints each with its result.
struct PluginWhy: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why", abstract: "Say why a plugin or a type is active, shadowed or refused.",
    discussion: "Example: cld plugin why AWS::RDS::DBInstance")

  @Argument(help: "A plugin's name or a type.") var subject: String
  @OptionGroup var path: PluginPathOption
  @OptionGroup var output: OutputOption

  func run() async throws {
    guard let setting = WorkerSetting.installed() else {
      throw CommandFailure("cld-worker is not installed beside this cld; set CLD_WORKER to its path", .unavailable)
    }
    let catalogue = await Catalogue.load(path.searchPath, setting: setting)
    let records = catalogue.records.filter { record in
      record.name == subject || record.manifest?.provides.contains { $0.type == subject || $0.alias == subject } == true
    }
    await catalogue.close()
    guard !records.isEmpty else {
      let near = EditDistance.nearest(subject, catalogue.records.map(\.name) + catalogue.types.map(\.provision.type))
      throw CommandFailure(
        "there is no plugin and no type \"\(subject)\"\(near.map { "; did you mean \"\($0)\"?" } ?? "")", .missing)
    }
    switch output.format {
    case .json: Console.print(JSON.array(records.map(json)).prettyText)
    case .table: Console.print(records.map(text).joined(separator: "\n\n"))
    }
  }

  private func json(_ record: PluginRecord) -> JSON {
    var json = record.json
    json["stages"] = .array(
      record.passed.map { ["stage": .string($0.rawValue), "result": "passed"] }
        + (record.refusal.map { [["stage": .string($0.code.stage.rawValue), "result": "refused"]] } ?? []))
    json["remedy"] = record.refusal.map { .string($0.code.remedy) } ?? .null
    return json
  }

  private func text(_ record: PluginRecord) -> String {
    var lines = ["\(record.name)  \(record.state.rawValue)  \(record.folder)"]
    for stage in record.passed { lines.append("  \(stage.rawValue): passed") }
    if let refusal = record.refusal {
      lines.append("  \(refusal.code.stage.rawValue): refused, \(refusal.code.rawValue)")
      lines.append("    \(refusal.evidence)")
      lines.append("  remedy: \(refusal.code.remedy)")
    } else if let note = record.note {
      lines.append("  \(note)")
    }
    return lines.joined(separator: "\n")
  }
}
