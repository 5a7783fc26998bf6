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
  /// - Parameter isDurable: whether file and folder are synchronised, so that the new one survives a loss of power.
  public static func replace(_ path: String, with bytes: [UInt8], mode: UInt32 = 0o600, isDurable: Bool = false) -> Bool {
    let temporary = "\(path).\(getpid())"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    guard descriptor >= 0 else { return false }
    let isWritten = write(bytes, to: descriptor) && (!isDurable || fsync(descriptor) == 0)
    close(descriptor)
    guard isWritten, rename(temporary, path) == 0 else {
      let code = errno
      unlink(temporary)
      errno = code
      return false
    }
    return !isDurable || synchronise(folderOf: path)
  }

  /// Writes all bytes at an open file's position.
  static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var done = 0
    while done < bytes.count {
      let put = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done) }
      if put < 0 && errno == EINTR { continue }
      if put <= 0 { return false }
      done += put
    }
    return true
  }

  /// Makes what was renamed in the folder of a path durable.
  static func synchronise(folderOf path: String) -> Bool {
    let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return fsync(descriptor) == 0
  }

  /// What changes with a file: size, time and inode; `-` when there is none.
  static func stamp(_ path: String) -> String {
    var status = stat()
    guard stat(path, &status) == 0 else { return "|-" }
    return "|\(status.st_size).\(status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec).\(status.st_ino)"
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
  static func makeFolder(_ path: String, mode: mode_t = 0o700) {
    var built = ""
    for part in path.split(separator: "/") {
      built += "/" + part
      mkdir(built, mode)
    }
  }
}
