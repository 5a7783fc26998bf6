internal import CZlib
internal import Glibc

/// Reads a gzip file (RFC 1952) block by block, so that what it blows up to is never held at once.
final class GzipReader {
  private let file: gzFile

  /// Opens the file; nil when that fails.
  init?(path: String) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, let file = gzdopen(descriptor, "rb") else {
      close(descriptor)
      return nil
    }
    self.file = file
  }

  deinit { gzclose_r(file) }

  /// Exactly that many bytes; nil when the file ends before or is damaged.
  func read(_ count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let got = bytes.withUnsafeMutableBytes { gzread(file, $0.baseAddress.map { $0 + done }, UInt32($0.count - done)) }
      guard got > 0 else { return nil }
      done += Int(got)
    }
    return bytes
  }
}
