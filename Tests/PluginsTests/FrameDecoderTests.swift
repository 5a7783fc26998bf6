import Testing

@testable import Plugins

@Suite struct FrameDecoderTests {
  private let step = UInt8(ascii: "s")

  @Test func aFrameComesInAnyPieces() throws {
    let bytes = FrameDecoder.header(kind: step, count: 3) + Array("{ }".utf8)
    for pieces in 1...bytes.count {
      var decoder = FrameDecoder(answer: step)
      var frames: [FrameDecoder.Frame] = []
      for start in stride(from: 0, to: bytes.count, by: pieces) {
        if let frame = try decoder.take(bytes[start..<min(start + pieces, bytes.count)]) { frames.append(frame) }
      }
      #expect(frames == [FrameDecoder.Frame(kind: step, body: Array("{ }".utf8))])
    }
  }

  @Test func aReportMayComeInsteadOfTheAnswer() throws {
    var decoder = FrameDecoder(answer: step)
    #expect(try decoder.take(FrameDecoder.header(kind: FrameDecoder.report, count: 0))?.kind == FrameDecoder.report)
  }

  @Test(arguments: [
    (FrameDecoder.header(kind: UInt8(ascii: "s"), count: 1 << 30), WorkerFailure.Breach.frameTooLong(1 << 30)),
    (FrameDecoder.header(kind: UInt8(ascii: "d"), count: 2), .unexpectedFrame(kind: UInt8(ascii: "d"))),
    ([2, 0, 0, 0, UInt8(ascii: "s"), 0, 0, 1], .reservedBytes),
    (FrameDecoder.header(kind: UInt8(ascii: "s"), count: 0) + [0], .bytesWithoutRequest),
  ])
  func aBreachIsNamed(bytes: [UInt8], breach: WorkerFailure.Breach) {
    var decoder = FrameDecoder(answer: step)
    #expect(throws: breach) { try decoder.take(bytes) }
  }
}
