internal import Glibc

/// Small files, whole.
public enum File {
  /// The bytes of a regular file, nil when it cannot be read or has more than `limit`. A fifo or a device is not waited for.
  public static func read(_ path: String, limit: Int) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      errno = EINVAL
      return nil
    }
    return read(descriptor, limit: limit)
  }

  /// The bytes from an open file's position on, nil when that fails or there are more than `limit`.
  static func read(_ descriptor: Int32, limit: Int) -> [UInt8]? {
    var status = stat()
    let expected = fstat(descriptor, &status) == 0 && status.st_size > 0 ? Int(status.st_size) + 1 : 4096
    var bytes: [UInt8] = []
    while true {
      let room = bytes.isEmpty ? min(expected, limit + 1) : 65536
      var failed = false
      let chunk = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
        var got = Glibc.read(descriptor, buffer.baseAddress, room)
        while got < 0 && errno == EINTR { got = Glibc.read(descriptor, buffer.baseAddress, room) }
        failed = got < 0
        count = max(0, got)
      }
      if failed { return nil }
      if chunk.isEmpty { return bytes }
      bytes = bytes.isEmpty ? chunk : bytes + chunk
      if bytes.count > limit { return nil }
    }
  }

  /// Replaces a file by writing another and renaming it, so that readers see the old or the new one.
  public static func replace(_ path: String, with bytes: [UInt8]) -> Bool {
    let temporary = "\(path).\(getpid())"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return false }
    var done = 0
    while done < bytes.count {
      let put = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done) }
      if put < 0 && errno == EINTR { continue }
      if put <= 0 { break }
      done += put
    }
    close(descriptor)
    guard done == bytes.count, rename(temporary, path) == 0 else {
      unlink(temporary)
      return false
    }
    return true
  }

  /// The names in a folder without `.` and `..`, sorted; nil when it cannot be read.
  public static func names(in folder: String) -> [String]? {
    guard let directory = opendir(folder) else { return nil }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { raw in
        String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Makes a folder and those above it.
  static func makeFolder(_ path: String) {
    var built = ""
    for part in path.split(separator: "/") {
      built += "/" + part
      mkdir(built, 0o700)
    }
  }
}
