internal import Glibc

/// The folders that are searched for plugins, in order: the same name in an earlier one wins.
public struct SearchPath: Hashable, Sendable {
  /// A folder and how it came into the path.
  struct Entry: Hashable, Sendable {
    var folder: String
    var origin: PluginOrigin
  }

  private(set) var entries: [Entry]
  private var hidden: Set<String> = []

  /// A path of these folders and no others.
  public init(_ folders: [String]) { self.init(folders, origin: .option) }

  init(_ folders: [String], origin: PluginOrigin) { entries = folders.map { Entry(folder: $0, origin: origin) } }

  /// The folders, first wins.
  public var folders: [String] { entries.map(\.folder) }

  /// The standard path (docs/architecture.md, "Loading"): `--plugin-dir`, CLD_PLUGIN_PATH (ignored when privileges were
  /// raised), the user's, the system's, and the one that belongs to this executable.
  public static func standard(pluginFolders: [String] = []) -> SearchPath {
    var path = SearchPath(pluginFolders)
    path += SearchPath((Host.variable("CLD_PLUGIN_PATH") ?? "").split(separator: ":").map(String.init), origin: .variable)
    if let userFolder { path += SearchPath([userFolder], origin: .user) }
    path += SearchPath(["/etc/cld/plugins", "/usr/local/lib/cld/plugins", "/usr/lib/cld/plugins"], origin: .system)
    if let installationFolder { path += SearchPath([installationFolder], origin: .installation) }
    return path
  }

  /// Where `cld plugin install` puts plugins: `cld/plugins` of XDG_DATA_HOME; nil without a home.
  public static var userFolder: String? {
    (Host.variable("XDG_DATA_HOME") ?? Host.variable("HOME").map { $0 + "/.local/share" }).map { $0 + "/cld/plugins" }
  }

  private static var installationFolder: String? { Host.prefix.map { $0 + "/lib/cld/plugins" } }

  /// Adds another path behind this one; a folder that is there already stays where it is.
  static func += (path: inout SearchPath, more: SearchPath) {
    path.hidden.formUnion(more.hidden)
    for var entry in more.entries {
      if entry.folder.count > 1 && entry.folder.hasSuffix("/") { entry.folder.removeLast() }
      // An installation in /usr or /usr/local: its folder is also one of the system's.
      if let index = path.entries.firstIndex(where: { $0.folder == entry.folder }) {
        if entry.origin == .installation && path.entries[index].origin == .system { path.entries[index].origin = .installation }
      } else {
        path.entries.append(entry)
      }
    }
  }

  /// The folders in these folders that have a manifest, in order.
  func candidates() -> [Candidate] {
    entries.flatMap { entry in
      (File.names(in: entry.folder) ?? []).filter { !$0.hasPrefix(".") }.map {
        Candidate(name: $0, folder: "\(entry.folder)/\($0)", origin: entry.origin)
      }
    }.filter { !hidden.contains($0.folder) && access($0.folder + "/manifest.json", F_OK) == 0 }
  }

  /// This path, then another.
  static func + (path: SearchPath, more: SearchPath) -> SearchPath {
    var path = path
    path += more
    return path
  }

  /// The same path in which the plugin of one folder is not found.
  func without(_ folder: String) -> SearchPath {
    var path = self
    path.hidden.insert(folder)
    return path
  }

  /// What changes when a plugin is installed, removed or overwritten: path, size, time and inode of every file of every plugin.
  func stamp() -> String {
    candidates().map { candidate in
      candidate.folder + (File.names(in: candidate.folder) ?? []).map { File.stamp("\(candidate.folder)/\($0)") }.joined()
    }.joined(separator: "\n")
  }
}

/// A folder that may hold a plugin.
struct Candidate: Hashable, Sendable {
  var name: String
  var folder: String
  var origin: PluginOrigin
}
