internal import Glibc

/// The files of a home's state, looked at before SQLite does: it would make an empty database where there is none, and drop a log that has lost its database.
struct StoreFiles {
  let home: String

  var folder: String { "\(home)/data/deployments" }
  var database: String { "\(folder)/cld.sqlite" }
  var key: String { "\(home)/data/secret.key" }
  /// Says that there was an installation here, in a place that outlives `data`: its id.
  var marker: String { "\(home)/installation" }

  /// Refuses a state that was lost or cut. Call it with the lock held.
  func check() throws(StoreError) {
    let size = Self.size(of: database)
    if size == nil || size == 0, wasUsed {
      throw .lost(path: database, what: size == nil ? "is missing" : "is empty", home: home, installation: installation)
    }
    for path in [folder] + [database, database + "-wal", database + "-shm"].filter({ Self.size(of: $0) != nil }) {
      guard access(path, R_OK | W_OK) == 0 else { throw .folder(path: path, reason: String(cString: strerror(errno))) }
    }
    if size != nil { try WriteAheadLog(database: database).check() }
  }

  /// Whether anything says that there was an installation here. The key is made after the database, so that it is a sign too.
  private var wasUsed: Bool {
    installation != nil || Self.size(of: key) != nil || (Self.size(of: database + "-wal") ?? 0) > 0
  }

  /// The id of the installation that was made here; nil when there is no marker.
  var installation: String? {
    guard let bytes = Self.read(marker, most: 256) else { return nil }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").first.map(String.init) ?? ""
  }

  /// Leaves the marker, whole or not at all.
  func mark(_ id: String) throws(StoreError) {
    guard installation == nil else { return }
    let new = marker + ".new"
    let descriptor = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .folder(path: new, reason: String(cString: strerror(errno))) }
    let text = Array((id + "\n").utf8)
    let isWritten = write(descriptor, text, text.count) == text.count && fsync(descriptor) == 0
    guard close(descriptor) == 0, isWritten, rename(new, marker) == 0 else { throw .folder(path: marker, reason: String(cString: strerror(errno))) }
  }

  /// The size of a file in bytes; nil when it is not there.
  static func size(of path: String) -> Int? {
    var information = stat()
    return stat(path, &information) == 0 ? Int(information.st_size) : nil
  }

  /// The first bytes of a file; nil when it cannot be read.
  static func read(_ path: String, most: Int) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: most)
    var count = 0
    while count < most {
      let read = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress.map { $0 + count }, most - count) }
      if read < 0 && errno == EINTR { continue }
      guard read > 0 else { break }
      count += read
    }
    return Array(bytes.prefix(count))
  }
}
