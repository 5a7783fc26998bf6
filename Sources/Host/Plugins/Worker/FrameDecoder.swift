/// Puts one frame of a worker together from the pieces in which it comes. A worker is not believed: a length that is too long, a kind that
/// nobody asked for and bytes behind the frame each end it.
public struct FrameDecoder {
  /// A whole frame.
  public struct Frame: Hashable, Sendable {
    /// What it is: `R` a report, `d` a description, `s` the answer to a step.
    public let kind: UInt8
    /// The JSON text.
    public let body: [UInt8]
  }

  /// Length, kind and three zero bytes.
  public static let headerSize = 8
  /// The longest body, in bytes (CLD_ANSWER_MAX).
  public static let bodyLimit = 1 << 20
  /// The report of a worker that gives up, which may come instead of any answer.
  public static let report = UInt8(ascii: "R")

  private let answer: UInt8
  private var received: [UInt8] = []
  private var expected: Int?

  /// A decoder for the frame that answers a request.
  /// - Parameter answer: its kind.
  public init(answer: UInt8) { self.answer = answer }

  /// The bytes of a frame's header.
  public static func header(kind: UInt8, count: Int) -> [UInt8] {
    [
      UInt8(truncatingIfNeeded: count), UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count >> 16),
      UInt8(truncatingIfNeeded: count >> 24), kind, 0, 0, 0,
    ]
  }

  /// Takes the next piece; gives the frame once it is whole.
  public mutating func take(_ piece: some Collection<UInt8>) throws(WorkerFailure.Breach) -> Frame? {
    received.append(contentsOf: piece)
    guard received.count >= Self.headerSize else { return nil }
    if expected == nil { expected = try length() }
    guard let expected, received.count >= Self.headerSize + expected else { return nil }
    guard received.count == Self.headerSize + expected else { throw .bytesWithoutRequest }
    return Frame(kind: received[4], body: Array(received[Self.headerSize...]))
  }

  private func length() throws(WorkerFailure.Breach) -> Int {
    let count = Int(received[0]) | Int(received[1]) << 8 | Int(received[2]) << 16 | Int(received[3]) << 24
    guard received[5] == 0, received[6] == 0, received[7] == 0 else { throw .reservedBytes }
    guard count <= Self.bodyLimit else { throw .frameTooLong(count) }
    guard received[4] == answer || received[4] == Self.report else { throw .unexpectedFrame(kind: received[4]) }
    return count
  }
}
