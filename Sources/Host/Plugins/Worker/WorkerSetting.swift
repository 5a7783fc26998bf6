internal import Glibc

/// How workers are started: the helper, and what loading a library may read.
public struct WorkerSetting: Hashable, Sendable {
  /// The path of the executable `cld-worker`.
  public var executable: String
  /// The folders (and files) that stay readable while a library is loaded.
  public var libraryFolders: [String]
  /// Whether a library is loaded although the kernel cannot build the whole cage (`WorkerCage.missing`).
  public var allowsWeakCage: Bool

  /// A setting; without `libraryFolders` the system's and the Swift runtime's are readable.
  public init(executable: String, libraryFolders: [String] = WorkerSetting.runtimeFolders(), allowsWeakCage: Bool = false) {
    self.executable = executable
    self.libraryFolders = libraryFolders
    self.allowsWeakCage = allowsWeakCage
  }

  /// The setting for a plugin: those that came with this cld run in whatever cage the kernel can build, others when the policy says so.
  func forPlugin(from origin: PluginOrigin, _ policy: Policy) -> WorkerSetting {
    var setting = self
    if origin == .installation || policy.allows(.weakCage) { setting.allowsWeakCage = true }
    return setting
  }

  /// The helper that belongs to this executable: `CLD_WORKER` when set (unless privileges were raised), else
  /// `libexec/cld/cld-worker` of the prefix, else a `cld-worker` beside the executable, as a build folder has it.
  public static func installed() -> WorkerSetting? {
    if let path = Host.variable("CLD_WORKER") { return WorkerSetting(executable: path) }
    var candidates: [String] = []
    if let prefix = Host.prefix { candidates.append(prefix + "/libexec/cld/cld-worker") }
    if let folder = Host.executableFolder { candidates.append(folder + "/cld-worker") }
    return candidates.first { access($0, X_OK) == 0 }.map { WorkerSetting(executable: $0) }
  }

  /// The system's library folders and the folder from which this process has its own Swift runtime: a plugin in
  /// Swift needs the same one, wherever the toolchain was installed.
  public static func runtimeFolders() -> [String] {
    var folders = ["/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache"]
    if let runtime = swiftRuntimeFolder(), !folders.contains(runtime) { folders.append(runtime) }
    return folders
  }

  /// Where libswiftCore.so of this process is mapped from; nil when it is linked statically.
  static func swiftRuntimeFolder() -> String? {
    guard let maps = File.read("/proc/self/maps", limit: 4 << 20) else { return nil }
    for line in maps.split(separator: UInt8(ascii: "\n")) {
      guard let slash = line.firstIndex(of: UInt8(ascii: "/")) else { continue }
      let path = String(decoding: line[slash...], as: UTF8.self)
      guard path.hasSuffix("/libswiftCore.so"), let end = path.lastIndex(of: "/") else { continue }
      return String(path[..<end])
    }
    return nil
  }
}
