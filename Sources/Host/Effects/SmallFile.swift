internal import Glibc

/// Reads whole small files of this machine: configuration, tokens, templates.
public enum SmallFile {
  /// The most that is read, in bytes: that of a template (CloudFormation quotas), and more than any configuration has.
  public static let longest = 1024 * 1024

  /// Why a file cannot be read.
  public struct ReadError: Error, Sendable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// What is in the way.
    public let reason: String

    /// A file and what is in the way.
    public init(path: String, reason: String) {
      self.path = path
      self.reason = reason
    }

    /// One sentence.
    public var description: String { "\(path) cannot be read: \(reason)" }
  }

  /// The text; nil when there is no such file.
  public static func read(_ path: String) throws(ReadError) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw ReadError(path: path, reason: String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16 * 1024)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count == 0 { break }
      guard count > 0 else {
        if errno == EINTR { continue }
        throw ReadError(path: path, reason: String(cString: strerror(errno)))
      }
      bytes += chunk[..<count]
      guard bytes.count <= longest else { throw ReadError(path: path, reason: "it is longer than \(longest) bytes") }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
