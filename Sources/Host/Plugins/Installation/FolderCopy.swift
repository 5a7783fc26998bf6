internal import Glibc

/// Copies and removes folders that hold folders and regular files and nothing else.
enum FolderCopy {
  private static let deepest = 16
  private static let mostFiles = 4096

  /// Copies a folder with what is in it; hidden files, such as a version control's, stay behind.
  static func copy(_ source: String, to target: String) throws(InstallationError) {
    var count = 0
    try copy(source, to: target, depth: 0, count: &count)
  }

  private static func copy(_ source: String, to target: String, depth: Int, count: inout Int) throws(InstallationError) {
    guard depth < deepest else { throw .content("\(source) is deeper than a plugin's folder can be (\(deepest) levels)") }
    guard mkdir(target, 0o755) == 0 else { throw .file(target, errno) }
    guard let names = File.names(in: source) else { throw .file(source, errno) }
    for name in names where !name.hasPrefix(".") {
      count += 1
      guard count <= mostFiles else { throw .content("\(source) holds more files than a plugin can have (\(mostFiles))") }
      var status = stat()
      let (from, to) = ("\(source)/\(name)", "\(target)/\(name)")
      guard lstat(from, &status) == 0 else { throw .file(from, errno) }
      switch status.st_mode & S_IFMT {
      case S_IFDIR: try copy(from, to: to, depth: depth + 1, count: &count)
      case S_IFREG:
        guard let bytes = File.read(from, limit: LibrarySnapshot.limit) else { throw .file(from, errno == 0 ? EFBIG : errno) }
        guard File.replace(to, with: bytes, mode: 0o644, isDurable: true) else { throw .file(to, errno) }
      default: throw .content("\(from) is neither a file nor a folder; a plugin has no links, devices or pipes")
      }
    }
  }

  /// Removes a folder with all that is in it; what cannot be removed stays.
  static func remove(_ folder: String) {
    for name in File.names(in: folder) ?? [] {
      let path = "\(folder)/\(name)"
      var status = stat()
      if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { remove(path) } else { unlink(path) }
    }
    rmdir(folder)
  }
}
