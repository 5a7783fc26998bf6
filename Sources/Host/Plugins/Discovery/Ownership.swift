internal import Glibc

/// Who may change a file: it and every folder above must belong to root or to this user, and be writable by nobody
/// else. A sticky folder such as /tmp may be above: others cannot rename what is in it.
enum Ownership {
  /// Why a path is not trusted.
  enum Problem: Error, Hashable {
    case unreadable(path: String, errno: Int32)
    case foreignOwner(path: String, uid: UInt32)
    case writableByOthers(path: String)
    case notInFolder(path: String)
  }

  /// Checks the file below the folder, the folder and everything above it.
  static func check(_ file: String, in folder: String) throws(Problem) {
    guard let realFolder = real(folder) else { throw .unreadable(path: folder, errno: errno) }
    guard let realFile = real(file) else { throw .unreadable(path: file, errno: errno) }
    guard realFile.hasPrefix(realFolder + "/") else { throw .notInFolder(path: file) }
    var path = realFile
    while true {
      try check(path, isFolder: path != realFile, above: !path.hasPrefix(realFolder))
      if path == "/" { return }
      let end = path.lastIndex(of: "/") ?? path.startIndex
      path = end == path.startIndex ? "/" : String(path[..<end])
    }
  }

  private static func check(_ path: String, isFolder: Bool, above: Bool) throws(Problem) {
    var status = stat()
    guard lstat(path, &status) == 0 else { throw .unreadable(path: path, errno: errno) }
    guard status.st_uid == 0 || status.st_uid == geteuid() else {
      throw .foreignOwner(path: path, uid: status.st_uid)
    }
    let sticky = isFolder && above && status.st_mode & S_ISVTX != 0
    guard status.st_mode & 0o022 == 0 || sticky else { throw .writableByOthers(path: path) }
  }

  private static func real(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}

extension Ownership.Problem: CustomStringConvertible {
  var description: String {
    switch self {
    case .unreadable(let path, let errno): "\(path) cannot be read (error \(errno))"
    case .foreignOwner(let path, let uid): "\(path) belongs to user \(uid), neither root nor you"
    case .writableByOthers(let path): "\(path) can be written by its group or by everyone"
    case .notInFolder(let path): "\(path) is a link out of the plugin's folder"
    }
  }
}
