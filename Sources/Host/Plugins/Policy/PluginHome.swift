internal import Glibc
internal import JSON

/// The files in which operators' decisions stand: root's, and the user's in CLD_HOME. Every change is made under a lock,
/// written whole, synchronised and renamed into place.
public struct PluginHome: Hashable, Sendable {
  /// Root's folders, in order: `/etc/cld`, and `etc/cld` of the installation.
  public var systemFolders: [String]
  /// `plugins` in CLD_HOME; nil when there is no home.
  public var userFolder: String?

  /// A home of these folders.
  public init(systemFolders: [String], userFolder: String?) {
    self.systemFolders = systemFolders
    self.userFolder = userFolder
  }

  /// `/etc/cld` and `PREFIX/etc/cld`, and `plugins` of that state folder, by default CLD_HOME's.
  /// No variable moves root's folders, so that a user does not lose root's policy by accident.
  public static func standard(home: String? = Host.home) -> PluginHome {
    let folders = ["/etc/cld"] + (Host.prefix.map { [$0 + "/etc/cld"] } ?? [])
    return PluginHome(systemFolders: folders, userFolder: home.map { $0 + "/plugins" })
  }

  /// The user's policy file.
  public var policyFile: String? { userFolder.map { $0 + "/policy.json" } }
  /// The user's lock file.
  public var lockFile: String? { userFolder.map { $0 + "/lock.json" } }
  private var quarantineFile: String? { userFolder.map { $0 + "/quarantine.json" } }
  private var incumbentsFile: String? { userFolder.map { $0 + "/incumbents.json" } }

  // MARK: - Reading

  /// Everything that the files say now. Blocking.
  public func rules() -> CatalogueRules {
    var locks: [PolicyFile.Level: Result<PluginLock, Refusal>] = [:]
    for folder in systemFolders where locks[.system] == nil { locks[.system] = lock(folder + "/lock.json") }
    if let lockFile { locks[.user] = lock(lockFile) }
    return CatalogueRules(
      policy: policy(), locks: locks, quarantine: quarantine(),
      incumbents: (Self.document(incumbentsFile)["claims"]?.object ?? [:]).compactMapValues(\.string))
  }

  /// The policy; one that cannot be read allows nothing.
  public func policy() -> Policy {
    var files: [PolicyFile] = []
    do throws(PolicyFailure) {
      for (path, level) in try policyFiles() { files.append(try Self.policyFile(path, level)) }
      return Policy(files: files)
    } catch {
      return Policy(failure: error.sentence)
    }
  }

  /// What is in quarantine.
  public func quarantine() -> Quarantine { Quarantine(Self.document(quarantineFile)) }

  /// What changes when a policy, a lock or the quarantine changes. Who provides what is our own doing and not part of it.
  func stamp() -> String {
    let policies = systemFolders.flatMap { folder in
      [folder + "/policy.d", folder + "/lock.json"] + (File.names(in: folder + "/policy.d") ?? []).map { "\(folder)/policy.d/\($0)" }
    }
    return (policies + [policyFile, lockFile, quarantineFile].compactMap { $0 }).map(File.stamp).joined()
  }

  private struct PolicyFailure: Error { var sentence: String }

  private func policyFiles() throws(PolicyFailure) -> [(String, PolicyFile.Level)] {
    var files: [(String, PolicyFile.Level)] = []
    for folder in systemFolders.map({ $0 + "/policy.d" }) {
      guard let names = File.names(in: folder) else {
        if errno == ENOENT { continue }
        throw PolicyFailure(sentence: "\(folder) cannot be read (error \(errno))")
      }
      files += names.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.map { ("\(folder)/\($0)", .system) }
    }
    if let policyFile, access(policyFile, F_OK) == 0 || errno != ENOENT { files.append((policyFile, .user)) }
    return files
  }

  private static func policyFile(_ path: String, _ level: PolicyFile.Level) throws(PolicyFailure) -> PolicyFile {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "/"
    do throws(Ownership.Problem) { try Ownership.check(path, in: folder) } catch { throw PolicyFailure(sentence: "\(error)") }
    guard let bytes = File.read(path, limit: 1 << 20) else { throw PolicyFailure(sentence: "\(path) cannot be read (error \(errno))") }
    do throws(ManifestError) { return try PolicyParser.policy(bytes, path: path, level: level) } catch {
      throw PolicyFailure(sentence: "\(error)")
    }
  }

  private func lock(_ path: String) -> Result<PluginLock, Refusal>? {
    guard let bytes = File.read(path, limit: 4 << 20) else {
      return errno == ENOENT ? nil : .failure(Refusal(.policyLock, "\(path) cannot be read (error \(errno))"))
    }
    do throws(ManifestError) { return .success(try PluginLock.parse(bytes, file: path)) } catch {
      return .failure(Refusal(.policyLock, "\(error)"))
    }
  }

  private static func document(_ path: String?) -> JSON {
    guard let path, let bytes = File.read(path, limit: 4 << 20), let json = try? JSON.parse(bytes) else { return .null }
    return json
  }

  // MARK: - Changing

  /// A file of this home that could not be changed.
  public struct ChangeFailure: Error, Hashable, Sendable {
    /// The file.
    public var path: String
    /// Why, from errno.
    public var code: Int32
  }

  /// Changes the policy of the user, or root's (`50-cld.json`).
  /// - Returns: the file that was changed.
  public func change(_ change: PolicyChange, level: PolicyFile.Level) throws(ChangeFailure) -> String {
    let path = level == .system ? (systemFolders.first ?? "/etc/cld") + "/policy.d/50-cld.json" : policyFile
    return try Self.update(path, mode: level == .system ? 0o644 : 0o600) { change.applied(to: $0) }
  }

  /// Replaces the lock file of a level.
  /// - Returns: the file.
  public func write(_ lock: PluginLock, level: PolicyFile.Level) throws(ChangeFailure) -> String {
    let path = level == .system ? (systemFolders.first ?? "/etc/cld") + "/lock.json" : lockFile
    return try Self.update(path, mode: level == .system ? 0o644 : 0o600) { _ in lock.json }
  }

  /// Puts a plugin into quarantine, or takes it out.
  public func quarantine(_ name: String, _ entry: Quarantine.Entry?) throws(ChangeFailure) {
    _ = try Self.update(quarantineFile) { document in
      var quarantine = Quarantine(document)
      quarantine.entries[name] = entry
      return quarantine.json
    }
  }

  /// Remembers who provides what, so that a plugin that comes later does not take it over.
  public func remember(_ incumbents: [String: String]) throws(ChangeFailure) {
    let known = (Self.document(incumbentsFile)["claims"]?.object ?? [:]).compactMapValues(\.string)
    guard known != incumbents else { return }
    _ = try Self.update(incumbentsFile) { _ in ["claims": .object(incumbents.mapValues { .string($0) })] }
  }

  private static func update(_ path: String?, mode: mode_t = 0o600, _ body: (JSON) -> JSON) throws(ChangeFailure) -> String {
    guard let path, let end = path.lastIndex(of: "/") else { throw ChangeFailure(path: "CLD_HOME", code: ENOENT) }
    File.makeFolder(String(path[..<end]))
    // Two commands at once: the second sees what the first has written.
    let lock = open("\(path[..<end])/.change.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard lock >= 0 else { throw ChangeFailure(path: path, code: errno) }
    defer { close(lock) }
    while flock(lock, LOCK_EX) != 0 { if errno != EINTR { throw ChangeFailure(path: path, code: errno) } }
    guard File.replace(path, with: Array((body(document(path)).prettyText + "\n").utf8), mode: mode, isDurable: true) else {
      throw ChangeFailure(path: path, code: errno)
    }
    return path
  }
}
