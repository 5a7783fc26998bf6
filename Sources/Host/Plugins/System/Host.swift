internal import CLinux
internal import Glibc

/// What this process knows of itself and its environment.
public enum Host {
  /// A variable of the environment; nil when it is empty, not set, or when privileges were raised (AT_SECURE).
  public static func variable(_ name: String) -> String? {
    guard clinux_secure() == 0, let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }

  /// The folder of the running executable.
  public static let executableFolder: String? = {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    guard count > 0 else { return nil }
    let path = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return path.lastIndex(of: "/").map { String(path[..<$0]) }
  }()

  /// The prefix of the installation: the executable is PREFIX/bin/cld or PREFIX/libexec/cld/cld-host.
  public static let prefix: String? = executableFolder.flatMap { folder in
    for suffix in ["/bin", "/libexec/cld"] where folder.hasSuffix(suffix) {
      return String(folder.dropLast(suffix.count))
    }
    return nil
  }

  /// The state folder: CLD_HOME, else `~/.cld`.
  public static var home: String? {
    variable("CLD_HOME") ?? variable("HOME").map { $0 + "/.cld" }
  }

  /// The platform as manifests name it.
  public static let platform: (os: String, arch: String, libc: String) = {
    #if arch(x86_64)
      ("linux", "x86_64", "glibc")
    #elseif arch(arm64)
      ("linux", "aarch64", "glibc")
    #else
      ("linux", "unknown", "glibc")
    #endif
  }()
}
