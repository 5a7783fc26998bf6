internal import Glibc

/// Whether the write-ahead log still has all that was committed to it. SQLite takes the commits up to the first frame that is not whole, and says nothing of
/// those behind it; how many there were stands in the index beside the log, which a host that died has left (sqlite.org/walformat.html).
struct WriteAheadLog {
  let path: String
  private let index: String

  init(database: String) {
    path = database + "-wal"
    index = database + "-shm"
  }

  /// Refuses a log that has lost commits. Without an index, or with one of an older log, nothing can be said.
  func check() throws(StoreError) {
    guard let head = StoreFiles.read(index, most: 100).flatMap(IndexHead.init), head.frames > head.copied else { return }
    let wanted = 32 + head.frames * (24 + head.pageSize)
    guard let log = StoreFiles.read(path, most: wanted), !log.isEmpty else {
      throw damaged("it is \(StoreFiles.size(of: path) == nil ? "missing" : "empty")", head, kept: 0)
    }
    guard let start = LogStart(log) else { throw damaged("it does not begin as a log does", head, kept: 0) }
    guard start.salt == head.salt else { return }
    let kept = start.wholeFrames(of: log, pageSize: head.pageSize, most: head.frames)
    guard kept >= head.frames else {
      throw damaged(log.count < wanted ? "it was cut" : "it was overwritten", head, kept: kept)
    }
  }

  private func damaged(_ what: String, _ head: IndexHead, kept: Int) -> StoreError {
    .damaged(
      path: path,
      what: "\(what), and of \(head.frames) pages that were committed to it \(kept) can be read, so that the newest commits are lost (to go on without them, remove \(index))")
  }

  /// The head of the index: what the last commit said.
  private struct IndexHead {
    var frames: Int
    /// How many of the frames are in the database already.
    var copied: Int
    var pageSize: Int
    var salt: [UInt8]

    init?(_ bytes: [UInt8]) {
      // Two copies, so that one that is half written is known.
      guard bytes.count == 100, bytes[0..<48].elementsEqual(bytes[48..<96]), Self.word(bytes, 0) == 3_007_000, bytes[12] != 0 else { return nil }
      var sum: (UInt32, UInt32) = (0, 0)
      for place in stride(from: 0, to: 40, by: 8) {
        sum.0 = sum.0 &+ Self.word(bytes, place) &+ sum.1
        sum.1 = sum.1 &+ Self.word(bytes, place + 4) &+ sum.0
      }
      guard sum.0 == Self.word(bytes, 40), sum.1 == Self.word(bytes, 44) else { return nil }
      let size = Int(bytes[14]) | Int(bytes[15]) << 8
      pageSize = size & 0xfe00 | (size & 1) << 16
      frames = Int(Self.word(bytes, 16))
      copied = Int(Self.word(bytes, 96))
      salt = Array(bytes[32..<40])
    }

    /// A number in the machine's own order, which is little-endian on all that cld runs on.
    private static func word(_ bytes: [UInt8], _ place: Int) -> UInt32 {
      UInt32(bytes[place]) | UInt32(bytes[place + 1]) << 8 | UInt32(bytes[place + 2]) << 16 | UInt32(bytes[place + 3]) << 24
    }
  }

  /// The 32 bytes with which the log begins.
  private struct LogStart {
    var salt: [UInt8]
    private var sum: (UInt32, UInt32)
    private let isBigEndian: Bool

    init?(_ log: [UInt8]) {
      guard log.count >= 32, log[0...2].elementsEqual([0x37, 0x7f, 0x06]), log[3] & 0xfe == 0x82 else { return nil }
      isBigEndian = log[3] & 1 == 1
      salt = Array(log[16..<24])
      sum = (0, 0)
      sum = log.withUnsafeBytes { Self.sum($0, from: 0, count: 24, after: (0, 0), isBigEndian) }
      guard (sum.0, sum.1) == log.withUnsafeBytes({ Self.stored($0, at: 24) }) else { return nil }
    }

    /// How many frames from the beginning are whole: each has the salt, and the checksum over all before it.
    func wholeFrames(of log: [UInt8], pageSize: Int, most: Int) -> Int {
      log.withUnsafeBytes { bytes in
        var running = sum
        for frame in 0..<most {
          let start = 32 + frame * (24 + pageSize)
          guard start + 24 + pageSize <= bytes.count, bytes[start + 8..<start + 16].elementsEqual(salt) else { return frame }
          running = Self.sum(bytes, from: start, count: 8, after: running, isBigEndian)
          running = Self.sum(bytes, from: start + 24, count: pageSize, after: running, isBigEndian)
          guard running == Self.stored(bytes, at: start + 16) else { return frame }
        }
        return most
      }
    }

    private static func sum(
      _ bytes: UnsafeRawBufferPointer, from start: Int, count: Int, after earlier: (UInt32, UInt32), _ isBigEndian: Bool
    ) -> (UInt32, UInt32) {
      var (first, second) = earlier
      var place = start
      while place < start + count {
        let (left, right) = (bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self), bytes.loadUnaligned(fromByteOffset: place + 4, as: UInt32.self))
        first = first &+ (isBigEndian ? left.byteSwapped : left) &+ second
        second = second &+ (isBigEndian ? right.byteSwapped : right) &+ first
        place += 8
      }
      return (first, second)
    }

    private static func stored(_ bytes: UnsafeRawBufferPointer, at place: Int) -> (UInt32, UInt32) {
      (bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self).byteSwapped, bytes.loadUnaligned(fromByteOffset: place + 4, as: UInt32.self).byteSwapped)
    }
  }
}
