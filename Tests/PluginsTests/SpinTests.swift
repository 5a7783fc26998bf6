import Testing

@testable import Plugins

@Suite struct SpinTests {
  @Test func oneLooksOnlyAfterAShortWait() {
    var spin = Spin()
    #expect(spin.end(from: 1000) == 1000)
    spin.waited(until: 1030)
    // The wait before took 30 microseconds.
    #expect(spin.end(from: 2000) > 2000)
    spin.waited(until: 5000)
    // It took 3 ms: looking would have been in vain.
    #expect(spin.end(from: 6000) == 6000)
    spin.waited(until: 6010)
    #expect(spin.end(from: 7000) > 7000)
  }
}
