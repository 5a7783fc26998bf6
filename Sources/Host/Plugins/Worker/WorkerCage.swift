internal import JSON

/// What the kernel could do for the cage of one worker, as the worker reports it before any code of the library runs.
public struct WorkerCage: Hashable, Sendable {
  /// A layer of the cage that a kernel may lack.
  public enum Layer: String, Hashable, Sendable, CaseIterable {
    /// No files beyond what loading needs (landlock(7)).
    case landlock = "Landlock"
    /// No system calls beyond what a pure function needs (seccomp(2)).
    case seccomp
    /// No privileges by executing a file (prctl(2), PR_SET_NO_NEW_PRIVS).
    case noNewPrivileges = "no_new_privs"
  }

  /// The ABI version of Landlock on this kernel, 0 when it has none.
  public var landlock: Int
  /// Whether the system-call filter stands.
  public var seccomp: Bool
  /// Whether executing a file can raise no privileges.
  public var noNewPrivileges: Bool

  /// A cage of these layers.
  public init(landlock: Int, seccomp: Bool, noNewPrivileges: Bool) {
    self.landlock = landlock
    self.seccomp = seccomp
    self.noNewPrivileges = noNewPrivileges
  }

  /// Reads the `c` frame; nil when it is not as the contract says.
  init?(_ json: JSON) {
    guard let landlock = json["landlock"]?.int, let seccomp = json["seccomp"]?.bool,
      let noNewPrivileges = json["no_new_privileges"]?.bool
    else { return nil }
    self.init(landlock: Int(clamping: landlock), seccomp: seccomp, noNewPrivileges: noNewPrivileges)
  }

  /// The layers that do not stand.
  public var missing: [Layer] {
    Layer.allCases.filter { layer in
      switch layer {
      case .landlock: landlock < 1
      case .seccomp: !seccomp
      case .noNewPrivileges: !noNewPrivileges
      }
    }
  }

  /// Whether a driver that nobody vouches for may run in it: every layer stands.
  public var isStrongEnough: Bool { missing.isEmpty }
}
