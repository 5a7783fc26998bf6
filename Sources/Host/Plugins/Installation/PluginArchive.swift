internal import Glibc

/// A plugin in a .tar.gz (POSIX.1-2017, pax, "ustar Interchange Format"): folders and regular files below one folder, and nothing else.
/// Whatever could write outside of the target, or more than a plugin can be, is refused before it is written.
enum PluginArchive {
  /// More than any plugin has.
  private static let mostEntries = 4096
  /// The bytes of all files together: a library may have 256 MiB.
  private static let mostBytes = 320 << 20
  private static let block = 512

  /// Unpacks into an empty folder.
  /// - Returns: the name of the one folder that the archive holds.
  static func unpack(_ archive: String, into folder: String) throws(InstallationError) -> String {
    guard let reader = GzipReader(path: archive) else { throw .archive("\(archive) cannot be read") }
    var root: String?
    var entries = 0
    var bytes = 0
    while true {
      guard let header = reader.read(block) else { throw .archive("\(archive) is no .tar.gz, or is cut off") }
      if header.allSatisfy({ $0 == 0 }) { break }
      let entry = try TarHeader(header, archive: archive)
      entries += 1
      bytes += entry.size
      guard entries <= mostEntries, bytes <= mostBytes else {
        throw .archive("\(archive) holds more than \(mostEntries) entries or \(mostBytes >> 20) MiB")
      }
      if case .comment = entry.kind {
        try skipComment(entry, reader, archive)
        continue
      }
      let parts = entry.path.split(separator: "/").map(String.init)
      guard Spelling.isPath(entry.path), let first = parts.first else {
        throw .archive("\(archive) holds the path \"\(entry.path)\", which may leave the plugin's folder")
      }
      if let root, root != first { throw .archive("\(archive) holds more than one folder: \(root) and \(first)") }
      root = first
      if case .folder = entry.kind {
        try makeFolders(parts, in: folder)
      } else {
        guard parts.count > 1 else { throw .archive("\(archive) holds the file \"\(entry.path)\" beside the plugin's folder") }
        try makeFolders(parts.dropLast(), in: folder)
        try copy(entry, from: reader, to: "\(folder)/\(entry.path)", archive)
      }
    }
    guard let root else { throw .archive("\(archive) is empty") }
    return root
  }

  private static func makeFolders(_ parts: some Sequence<String>, in folder: String) throws(InstallationError) {
    var path = folder
    for part in parts {
      path += "/" + part
      guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw .file(path, errno) }
    }
  }

  private static func copy(_ entry: TarHeader, from reader: GzipReader, to path: String, _ archive: String) throws(InstallationError) {
    // EXCL: a second entry of the same name would replace what the first was.
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw errno == EEXIST ? .archive("\(archive) holds \"\(entry.path)\" twice") : .file(path, errno) }
    defer { close(file) }
    var left = entry.size
    while left > 0 {
      let count = min(left, 1 << 18)
      guard let chunk = reader.read((count + block - 1) / block * block) else { throw .archive("\(archive) is cut off in \"\(entry.path)\"") }
      guard File.write(Array(chunk.prefix(count)), to: file) else { throw .file(path, errno) }
      left -= count
    }
    guard fsync(file) == 0 else { throw .file(path, errno) }
  }

  /// A pax header with times and the like is of no use here; one that changes names or sizes is not understood, and so refused.
  private static func skipComment(_ entry: TarHeader, _ reader: GzipReader, _ archive: String) throws(InstallationError) {
    guard entry.size <= 1 << 16, let bytes = reader.read((entry.size + block - 1) / block * block) else {
      throw .archive("\(archive) has a pax header that cannot be read")
    }
    for line in bytes.prefix(entry.size).split(separator: UInt8(ascii: "\n")) {
      let key = String(decoding: line.drop { $0 != UInt8(ascii: " ") }.dropFirst().prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
      if ["path", "linkpath", "size"].contains(key) || key.hasPrefix("GNU.") {
        throw .archive("\(archive) has a pax header with \"\(key)\"; make it with `tar --format=ustar`")
      }
    }
  }
}
