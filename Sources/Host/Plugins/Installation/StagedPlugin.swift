internal import CLinux
public import Contract
internal import Glibc

/// A plugin on its way into the user's folder: copied beside it, where no search looks, checked there, and renamed into place whole.
public struct StagedPlugin: Sendable {
  /// Its name.
  public let name: String
  /// What it declares.
  public let manifest: Manifest
  private let staging: String
  private let target: String

  /// Copies a folder or unpacks a `.tar.gz`. Blocking.
  /// - Parameter folder: the folder of plugins that it goes to.
  public init(_ source: String, for folder: String) throws(InstallationError) {
    var status = stat()
    guard stat(source, &status) == 0 else { throw .file(source, errno) }
    // A search looks into no folder whose name begins with a dot.
    let staging = "\(folder)/.staging-\(getpid())"
    File.makeFolder(staging, mode: 0o755)
    do throws(InstallationError) {
      if status.st_mode & S_IFMT == S_IFDIR {
        guard let real = realpath(source, nil) else { throw .file(source, errno) }
        defer { free(real) }
        name = String(String(cString: real).split(separator: "/").last ?? "")
        try FolderCopy.copy(String(cString: real), to: "\(staging)/\(name)")
      } else {
        name = try PluginArchive.unpack(source, into: staging)
      }
      do throws(ManifestError) { manifest = try ManifestFolder.read("\(staging)/\(name)") } catch {
        throw .refused(name, Pipeline.refusal(error))
      }
    } catch {
      FolderCopy.remove(staging)
      throw error
    }
    self.staging = staging
    target = "\(folder)/\(name)"
  }

  /// Takes it through the whole pipeline, probe included, together with what is installed: what would not serve is told before it is there.
  /// - Returns: what it would be; `refused` and `quarantined` are errors instead.
  public func check(_ path: SearchPath, setting: WorkerSetting, home: PluginHome) async throws(InstallationError) -> PluginRecord {
    let origin = path.entries.first { target.hasPrefix($0.folder + "/") }?.origin ?? .user
    let rest = path.without(target)
    let catalogue = await Catalogue.load(SearchPath([staging], origin: origin) + rest, setting: setting, home: home, verdicts: nil)
    await catalogue.close()
    guard let record = catalogue.records.first(where: { $0.folder == "\(staging)/\(name)" }) else { throw .file(staging, ENOENT) }
    if let refusal = record.refusal, record.state == .refused || record.state == .quarantined {
      throw .refused(name, Refusal(refusal.code, refusal.evidence.replacing(staging, with: "the plugin", maxReplacements: 1)))
    }
    return record
  }

  /// Makes it visible in one step.
  /// - Parameter isReplacing: whether one of that name may be there; the two are exchanged, so that there is always one.
  public func commit(isReplacing: Bool) throws(InstallationError) {
    let from = "\(staging)/\(name)"
    let isThere = access(target, F_OK) == 0
    if isThere && !isReplacing { throw .exists(target) }
    guard clinux_rename(from, target, isThere ? 1 : 0) == 0 else {
      throw errno == EEXIST ? .exists(target) : .file(target, errno)
    }
    guard File.synchronise(folderOf: target) else { throw .file(target, errno) }
  }

  /// Removes what is left of the staging.
  public func discard() { FolderCopy.remove(staging) }

  /// Takes an installed plugin out: renamed out of sight in one step, then removed.
  public static func remove(_ folder: String) throws(InstallationError) {
    guard let end = folder.lastIndex(of: "/") else { throw .file(folder, EINVAL) }
    let hidden = "\(folder[..<end])/.removed-\(getpid())"
    guard rename(folder, hidden) == 0 else { throw .file(folder, errno) }
    guard File.synchronise(folderOf: folder) else { throw .file(folder, errno) }
    FolderCopy.remove(hidden)
  }
}
