/// One file of the policy, read strictly (docs/operations.md, "Policy").
public struct PolicyFile: Hashable, Sendable {
  /// Who wrote it: root's files stand over the user's.
  public enum Level: String, Hashable, Sendable {
    case system
    case user
  }

  /// What a plugin must have to be used.
  public enum Requirement: String, Hashable, Sendable, CaseIterable {
    /// An entry in the lock file of the same level that equals its files.
    case lock
    /// A signature by a publisher whose key a policy file of the same level, or root's, names.
    case signature
  }

  /// From where plugins are not taken.
  public enum Place: String, Hashable, Sendable, CaseIterable {
    /// The user's own folder of plugins.
    case userFolder = "user-folder"
    /// CLD_PLUGIN_PATH and `--plugin-dir`.
    case pluginPath = "plugin-path"
  }

  /// What is allowed although it is not by default.
  public enum Allowance: String, Hashable, Sendable, CaseIterable {
    /// Third-party plugins on a kernel without Landlock or without seccomp.
    case weakCage = "weak-cage"
  }

  /// What becomes of a plugin that no rule means.
  public enum Default: String, Hashable, Sendable, CaseIterable {
    case enabled
    case disabled
  }

  /// The file.
  public var path: String
  /// Whose it is.
  public var level: Level
  /// What becomes of a plugin that no rule means.
  public var standard = Default.enabled
  /// The plugins that are approved.
  public var enable: [PluginSelector] = []
  /// The plugins that are forbidden; stronger than `enable`.
  public var disable: [PluginSelector] = []
  /// Which plugin provides a type that several offer.
  public var pins: [String: String] = [:]
  /// What every plugin must have.
  public var require: Set<Requirement> = []
  /// From where no plugin is taken.
  public var forbid: Set<Place> = []
  /// What is allowed although it is not by default.
  public var allow: Set<Allowance> = []
  /// The ed25519 public keys of publishers: 32 bytes each.
  public var publishers: [String: [UInt8]] = [:]
}
