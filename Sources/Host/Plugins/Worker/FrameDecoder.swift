/// Puts the frame that answers one request together from the bytes as they come (docs/plugin-contract.md, "The worker's
/// frames"). Pure: what a worker sends is hostile until it is decoded.
package struct FrameDecoder {
  /// A whole frame.
  package struct Answer: Hashable, Sendable {
    /// The kind that was asked for, or `R`.
    package var kind: UInt8
    /// The payload.
    package var body: [UInt8]
  }

  /// The longest payload, in bytes.
  package static let limit = 1 << 20
  /// The kind with which a worker gives up, whatever was asked for.
  package static let report = UInt8(ascii: "R")

  private let expected: UInt8
  private var received: [UInt8] = []
  private var count: Int?

  /// A decoder of the frame of that kind, or of a report in its place.
  package init(expected: UInt8) { self.expected = expected }

  /// Takes what was read.
  /// - Returns: the frame when it is whole.
  /// - Throws: at the first byte that cannot be one of it. A length is refused before anything of the payload is kept.
  package mutating func take(_ bytes: some Collection<UInt8>) throws(WorkerFailure.Breach) -> Answer? {
    received.append(contentsOf: bytes)
    if count == nil, received.count >= Frame.headerSize { count = try length() }
    guard let count, received.count >= Frame.headerSize + count else { return nil }
    guard received.count == Frame.headerSize + count else { throw .bytesWithoutRequest }
    return Answer(kind: received[4], body: Array(received[Frame.headerSize...]))
  }

  private func length() throws(WorkerFailure.Breach) -> Int {
    let count = Int(received[0]) | Int(received[1]) << 8 | Int(received[2]) << 16 | Int(received[3]) << 24
    guard received[5] == 0, received[6] == 0, received[7] == 0 else { throw .reservedBytes }
    guard count <= Self.limit else { throw .frameTooLong(count) }
    guard received[4] == expected || received[4] == Self.report else { throw .unexpectedFrame(kind: received[4]) }
    return count
  }
}

/// The frames between host and worker.
enum Frame {
  static let headerSize = 8

  static func header(kind: UInt8, count: Int) -> [UInt8] {
    [
      UInt8(truncatingIfNeeded: count), UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count >> 16),
      UInt8(truncatingIfNeeded: count >> 24), kind, 0, 0, 0,
    ]
  }
}
