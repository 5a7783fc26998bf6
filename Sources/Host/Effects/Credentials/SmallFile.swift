internal import Glibc

/// Reads whole small files: configuration and tokens.
enum SmallFile {
  /// The most that is read, in bytes.
  static let longest = 1024 * 1024

  /// The text; nil when there is no such file.
  static func read(_ path: String) throws(CredentialError) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw CredentialError.unreadableFile(path: path, reason: String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16 * 1024)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count == 0 { break }
      guard count > 0 else {
        if errno == EINTR { continue }
        throw CredentialError.unreadableFile(path: path, reason: String(cString: strerror(errno)))
      }
      bytes += chunk[..<count]
      guard bytes.count <= longest else {
        throw CredentialError.unreadableFile(path: path, reason: "it is longer than \(longest) bytes")
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
