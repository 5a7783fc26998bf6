import Testing

@testable import Plugins

/// What a worker sends is decoded the same however it arrives, and refused at the first byte that is wrong.
@Suite struct FrameDecoderTests {
  private func frame(_ kind: Character, _ body: String) -> [UInt8] {
    Frame.header(kind: kind.asciiValue ?? 0, count: body.utf8.count) + Array(body.utf8)
  }

  @Test(arguments: [1, 3, 7, 8, 9, 100]) func piecesMakeTheSameFrame(size: Int) throws {
    let bytes = frame("s", "{\"done\": {}}")
    var decoder = FrameDecoder(expected: UInt8(ascii: "s"))
    for start in stride(from: 0, to: bytes.count, by: size) {
      let answer = try decoder.take(bytes[start..<min(start + size, bytes.count)])
      #expect((answer != nil) == (start + size >= bytes.count))
      if let answer { #expect(answer.kind == UInt8(ascii: "s") && answer.body == Array(bytes[8...])) }
    }
  }

  @Test func aReportComesInThePlaceOfAnyFrame() throws {
    var decoder = FrameDecoder(expected: UInt8(ascii: "s"))
    #expect(try decoder.take(frame("R", "{}"))?.kind == FrameDecoder.report)
  }

  @Test(arguments: [
    ([0xff, 0xff, 0xff, 0xff, 0x73, 0, 0, 0], WorkerFailure.Breach.frameTooLong(0xffff_ffff)),
    ([1, 0, 0x10, 0, 0x73, 0, 0, 0], .frameTooLong((1 << 20) + 1)),
    ([0, 0, 0, 0, 0x7a, 0, 0, 0], .unexpectedFrame(kind: 0x7a)),
    ([0, 0, 0, 0, 0x73, 0, 1, 0], .reservedBytes),
    ([0, 0, 0, 0, 0x73, 0, 0, 0, 1], .bytesWithoutRequest),
  ] as [([UInt8], WorkerFailure.Breach)])
  func whatIsNoFrameIsABreach(bytes: [UInt8], breach: WorkerFailure.Breach) {
    var decoder = FrameDecoder(expected: UInt8(ascii: "s"))
    #expect(throws: breach) { try decoder.take(bytes) }
  }
}
