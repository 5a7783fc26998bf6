import Testing

@testable import Engine

@Suite struct TimerTests {
  @Test(arguments: [0, 1, 50, 63, 64, 100, 1000, 2000, 30_000, 60_000, 600_000])
  func aWaitIsNeverShorterAndAtMostA32ndLonger(milliseconds: Int) {
    for begin: UInt64 in [0, 1, 999_999, 123_456_789_012_345] {
      let waited = Timer.due(milliseconds: milliseconds, from: begin) - begin
      #expect(waited >= UInt64(milliseconds) * 1_000_000)
      #expect(waited <= UInt64(milliseconds) * 1_000_000 / 32 * 33)
    }
  }

  @Test func waitsThatBeginNearEachOtherEndTogether() {
    let second: UInt64 = 1_000_000_000
    let ends = Set((0..<100).map { Timer.due(milliseconds: 30_000, from: 7 * second + $0 * 10_000_000) })
    // One second of beginnings, and a grid of 512 ms.
    #expect((2...3).contains(ends.count))
  }

  @Test func shortWaitsEndWhenTheyAreDue() {
    #expect(Timer.due(milliseconds: 50, from: 123_456) == 50_123_456)
  }
}
