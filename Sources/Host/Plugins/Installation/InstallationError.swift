internal import Glibc

/// Why a plugin cannot be installed or removed.
public enum InstallationError: Error, Hashable, Sendable {
  /// The archive is not one of a plugin.
  case archive(String)
  /// The folder holds what a plugin must not hold.
  case content(String)
  /// A file or folder cannot be read or written.
  case file(_ path: String, _ errno: Int32)
  /// A plugin of that name is installed already.
  case exists(String)
  /// The pipeline refuses it.
  case refused(String, Refusal)
}

extension InstallationError: CustomStringConvertible {
  /// One sentence with what to do.
  public var description: String {
    switch self {
    case .archive(let sentence), .content(let sentence): sentence
    case .file(let path, let code): "\(path): \(String(cString: strerror(code)))"
    case .exists(let path): "\(path) exists; remove it first with `cld plugin remove`, or say --replace"
    case .refused(let name, let refusal): "\(name) is refused with \(refusal.code.rawValue): \(refusal.evidence); \(refusal.code.remedy)"
    }
  }
}
