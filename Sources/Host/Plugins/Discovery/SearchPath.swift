internal import Glibc

/// The folders that are searched for plugins, in order: the same name in an earlier one wins.
public struct SearchPath: Hashable, Sendable {
  /// The folders, first wins.
  public var folders: [String]

  /// A path of these folders and no others.
  public init(_ folders: [String]) { self.folders = folders }

  /// The standard path (docs/architecture.md, "Loading"): `--plugin-dir`, CLD_PLUGIN_PATH (ignored when privileges were
  /// raised), the user's, the system's, and the one that belongs to this executable.
  public static func standard(pluginFolders: [String] = []) -> SearchPath {
    var folders = pluginFolders
    folders += (Host.variable("CLD_PLUGIN_PATH") ?? "").split(separator: ":").map(String.init)
    if let data = Host.variable("XDG_DATA_HOME") ?? Host.variable("HOME").map({ $0 + "/.local/share" }) {
      folders.append(data + "/cld/plugins")
    }
    folders += ["/etc/cld/plugins", "/usr/local/lib/cld/plugins", "/usr/lib/cld/plugins"]
    if let prefix = Host.prefix { folders.append(prefix + "/lib/cld/plugins") }
    var seen: Set<String> = []
    return SearchPath(folders.map(withoutSlash).filter { seen.insert($0).inserted })
  }

  private static func withoutSlash(_ folder: String) -> String {
    folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
  }

  /// The folders in these folders that have a manifest, in order.
  func candidates() -> [Candidate] {
    var candidates: [Candidate] = []
    for folder in folders {
      for name in File.names(in: folder) ?? [] where !name.hasPrefix(".") {
        let path = "\(folder)/\(name)"
        guard access(path + "/manifest.json", F_OK) == 0 else { continue }
        let shadow = candidates.first { $0.name == name }?.folder
        candidates.append(Candidate(name: name, folder: path, shadowedBy: shadow))
      }
    }
    return candidates
  }
}

/// A folder that may hold a plugin.
struct Candidate: Hashable, Sendable {
  var name: String
  var folder: String
  /// The folder of the same name that stands earlier in the path.
  var shadowedBy: String?
}
