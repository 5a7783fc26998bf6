internal import Contract

/// Whether a plugin is what another's `requires` or `conflicts` means.
enum RequirementCheck {
  static func isMet(_ requirement: Manifest.Requirement, by record: PluginRecord) -> Bool {
    guard let manifest = record.manifest else { return false }
    switch requirement {
    case .type(let type): return manifest.provides.contains { $0.type == type }
    case .plugin(let name, let range):
      // A range that is none was refused with its manifest.
      return manifest.name == name && (range.map { VersionRange($0)?.contains(manifest.version) == true } ?? true)
    }
  }

  static func words(_ requirement: Manifest.Requirement) -> String {
    switch requirement {
    case .type(let type): type
    case .plugin(let name, let range): name + (range.map { " \($0)" } ?? "")
    }
  }

  /// Why nothing that serves is what is required.
  static func refusal(_ requirement: Manifest.Requirement, _ records: [PluginRecord]) -> Refusal {
    let wanted = words(requirement)
    switch requirement {
    case .type(let type):
      if let record = records.first(where: { $0.manifest?.provides.contains { $0.type == type } == true }) {
        return Refusal(.requiresMissing, "it requires \(wanted), and \(record.name), which offers it, is \(record.state.rawValue)")
      }
    case .plugin(let name, _):
      if let record = records.first(where: { $0.name == name }) {
        if record.state == .active || record.state == .declared, let version = record.manifest?.version {
          return Refusal(.requiresVersion, "it requires \(wanted), and \(name) is of version \(version)")
        }
        return Refusal(.requiresMissing, "it requires \(wanted), and \(name) is \(record.state.rawValue)\(record.refusal.map { " (\($0.code.rawValue))" } ?? "")")
      }
    }
    return Refusal(.requiresMissing, "it requires \(wanted), which is not installed")
  }
}
