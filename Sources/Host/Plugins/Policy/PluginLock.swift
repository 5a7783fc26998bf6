public import JSON

/// The lock file: what was installed when an operator said "this and nothing else".
public struct PluginLock: Hashable, Sendable {
  /// One plugin as it was.
  public struct Entry: Hashable, Sendable {
    /// Its version.
    public var version: String
    /// The hashes of its files.
    public var digests: PluginDigests

    /// An entry.
    public init(version: String, digests: PluginDigests) {
      self.version = version
      self.digests = digests
    }
  }

  /// By the plugin's name.
  public var entries: [String: Entry]

  /// A lock of these plugins.
  public init(entries: [String: Entry]) { self.entries = entries }

  /// Reads a lock file strictly.
  static func parse(_ bytes: [UInt8], file: String) throws(ManifestError) -> PluginLock {
    try StrictDocument(bytes, file: file, sizeLimit: 4 << 20).read { root throws(Misfit) in
      try root.allow(["lock_version", "plugins"])
      _ = try root.int("lock_version", in: 1...1)
      var entries: [String: Entry] = [:]
      for (name, object) in try root.namedObjects("plugins") {
        try object.allow(["version", "files"])
        let outer = try object.object("files")
        var files: [String: String] = [:]
        for path in outer.members.keys.sorted() {
          files[path] = try outer.string(path, "64 lower-case hexadecimal digits", Spelling.isSHA256)
        }
        entries[name] = Entry(version: try object.string("version"), digests: PluginDigests(files: files))
      }
      return PluginLock(entries: entries)
    }
  }

  /// The document of the file.
  public var json: JSON {
    [
      "lock_version": 1,
      "plugins": .object(
        entries.mapValues { ["version": .string($0.version), "files": .object($0.digests.files.mapValues { .string($0) })] }),
    ]
  }

  /// How a plugin differs from its entry, one sentence each; none when it equals it.
  public func differences(of name: String, version: String, digests: PluginDigests) -> [String] {
    guard let entry = entries[name] else { return ["\(name) is not in the lock file"] }
    var out: [String] = []
    if entry.version != version { out.append("\(name) is of version \(version), the lock file says \(entry.version)") }
    for path in Set(entry.digests.files.keys).union(digests.files.keys).sorted() {
      switch (entry.digests.files[path], digests.files[path]) {
      case (let was?, let isNow?) where was != isNow:
        out.append("\(path) of \(name) has the SHA-256 \(isNow), the lock file says \(was)")
      case (nil, _?): out.append("\(path) of \(name) is not in the lock file")
      case (_?, nil): out.append("\(path) of \(name) is gone")
      default: break
      }
    }
    return out
  }
}
