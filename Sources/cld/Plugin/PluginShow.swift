internal import ArgumentParser
internal import Contract
internal import JSON
internal import Plugins

/// `cld plugin show`.
struct PluginShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one plugin, or the permissions that it needs.",
    discussion: "Example: cld plugin show aws-rds --iam > policy.json")

  @Argument(help: "The plugin's name.") var name: String
  @Flag(help: "Print the least IAM policy for the calls that the plugin may make.") var iam = false
  @OptionGroup var path: PluginPathOption
  @OptionGroup var output: OutputOption

  func run() throws {
    let record = try path.catalogue.record(named: name)
    if iam {
      guard let manifest = record.manifest else {
        throw CommandFailure("the manifest of \(name) is refused: \(record.reason ?? "")", .unavailable)
      }
      Console.print(IAMPolicy.least(for: manifest).prettyText)
      return
    }
    switch output.format {
    case .json: Console.print(json(record).prettyText)
    case .table: Console.print(text(record))
    }
  }

  private func json(_ record: PluginRecord) -> JSON {
    var json = record.json
    if let manifest = record.manifest {
      json["publisher"] = .string(manifest.publisher)
      json["licence"] = .string(manifest.licence)
      json["description"] = .string(manifest.description)
      json["endpoints"] = .object(
        manifest.endpoints.mapValues { endpoint in
          ["url": .string(endpoint.url), "calls": .array(endpoint.calls.keys.sorted().map { .string($0) })]
        })
    }
    return json
  }

  private func text(_ record: PluginRecord) -> String {
    var lines = ["\(record.name) \(record.manifest?.version ?? "")", "state        \(record.state.rawValue)"]
    if let refusal = record.refusal { lines.append("code         \(refusal.code.rawValue)") }
    if let reason = record.reason { lines.append("reason       \(reason)") }
    lines.append("path         \(record.folder)")
    guard let manifest = record.manifest else { return lines.joined(separator: "\n") }
    lines.append("publisher    \(manifest.publisher)")
    lines.append("licence      \(manifest.licence)")
    if !manifest.description.isEmpty { lines.append("description  \(manifest.description)") }
    lines.append("types")
    for provision in manifest.provides {
      lines.append("  \(provision.type)  \(provision.kind.rawValue)\(provision.alias.map { "  \($0)" } ?? "")")
    }
    lines.append("calls")
    for (name, endpoint) in manifest.endpoints.sorted(by: { $0.key < $1.key }) {
      lines.append("  \(name)  \(endpoint.url)")
      for (call, facts) in endpoint.calls.sorted(by: { $0.key < $1.key }) {
        lines.append("    \(call)\(facts.mutates ? "  changes" : "")")
      }
    }
    return lines.joined(separator: "\n")
  }
}
