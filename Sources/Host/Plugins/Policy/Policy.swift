public import Contract

/// What root and the user allow on this host. A value: reading the files is `PluginHome`'s.
public struct Policy: Hashable, Sendable {
  /// The files, root's first.
  public var files: [PolicyFile]
  /// Why a file cannot be read. Then nothing is allowed: what is not understood could be a prohibition.
  public var failure: String?

  /// A policy of these files; without any, everything is allowed that the pipeline lets pass.
  public init(files: [PolicyFile] = [], failure: String? = nil) {
    self.files = files
    self.failure = failure
  }

  /// What the policy says of a plugin, and the rule that says so.
  public enum Decision: Hashable, Sendable {
    case allowed(rule: String)
    case denied(Refusal, rule: String)
  }

  /// Decides from the manifest and the place alone: no code of the plugin has run, its library is not opened.
  public func decision(for manifest: Manifest, at origin: PluginOrigin) -> Decision {
    if let denial = denial(at: origin) { return denial }
    for file in files {
      if let selector = file.disable.first(where: { $0.matches(manifest) }) {
        let rule = "disable \(selector) in \(file.path)"
        return .denied(Refusal(.policyDisabled, "the rule \(rule) disables it"), rule: rule)
      }
    }
    var rule: String?
    for file in files {
      if let selector = file.enable.first(where: { $0.matches(manifest) }) {
        rule = rule ?? "enable \(selector) in \(file.path)"
      } else if file.standard == .disabled {
        let rule = "default disabled in \(file.path)"
        return .denied(
          Refusal(.policyDisabled, "no rule of \(file.path) enables \(manifest.name), and its default is disabled"), rule: rule)
      }
    }
    return .allowed(rule: rule ?? "no rule names it, and the default is enabled")
  }

  /// What the policy says of a place, before any manifest is read.
  func denial(at origin: PluginOrigin) -> Decision? {
    if let failure {
      return .denied(Refusal(.policyUnreadable, "nothing is allowed while the policy cannot be read: \(failure)"), rule: failure)
    }
    guard let place = origin.place, let file = files.first(where: { $0.forbid.contains(place) }) else { return nil }
    let rule = "forbid \(place.rawValue) in \(file.path)"
    return .denied(Refusal(.policyPlace, "plugins from this folder are not taken by the rule \(rule)"), rule: rule)
  }

  /// Whether root has said by a rule that this plugin is wanted.
  func isApprovedBySystem(_ manifest: Manifest) -> Bool {
    failure == nil && files.contains { $0.level == .system && $0.enable.contains { $0.matches(manifest) } }
  }

  /// Which plugin provides a type, and where that stands. Root's pin wins.
  func pin(of type: String) -> (plugin: String, rule: String)? {
    for file in files { if let plugin = file.pins[type] { return (plugin, "pin \(type) in \(file.path)") } }
    return nil
  }

  /// The levels at which a file requires that.
  func levels(requiring requirement: PolicyFile.Requirement) -> [PolicyFile] { files.filter { $0.require.contains(requirement) } }

  /// The keys of a publisher that a requirement of that level may trust: the user cannot vouch for root.
  func keys(of publisher: String, for level: PolicyFile.Level) -> [[UInt8]] {
    files.filter { level == .user || $0.level == .system }.compactMap { $0.publishers[publisher] }
  }

  /// Whether some file allows it.
  func allows(_ allowance: PolicyFile.Allowance) -> Bool { files.contains { $0.allow.contains(allowance) } }
}
