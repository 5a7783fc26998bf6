/// By which part of the search path a plugin was found.
public enum PluginOrigin: String, Hashable, Sendable {
  /// `--plugin-dir`.
  case option
  /// CLD_PLUGIN_PATH.
  case variable
  /// The user's own folder.
  case user
  /// A folder of the system, which root fills.
  case system
  /// The folder of this installation: what cld ships.
  case installation

  /// The place by which a policy can forbid it; nil for root's.
  var place: PolicyFile.Place? {
    switch self {
    case .option, .variable: .pluginPath
    case .user: .userFolder
    case .system, .installation: nil
    }
  }

  /// In words.
  var words: String {
    switch self {
    case .option: "--plugin-dir"
    case .variable: "CLD_PLUGIN_PATH"
    case .user: "your folder of plugins"
    case .system: "a folder of the system"
    case .installation: "this installation"
    }
  }
}
