import Testing

@testable import Conformance

/// What decides whether a run has passed.
@Suite struct ReportTests {
  private func result(_ outcome: Outcome) -> TestResult {
    TestResult(
      test: ConformanceTest(.quality, "memory", .plugin { _ in "" }), outcome: outcome, evidence: "<&>\u{1}", remedy: "", milliseconds: 7)
  }

  @Test(arguments: [(Outcome.pass, true), (.warn, true), (.skip, true), (.fail, false), (.crash, false), (.hang, false)])
  func onlyFailuresFail(outcome: Outcome, isPassed: Bool) {
    #expect(Report(plugin: "p", seed: 1, results: [result(outcome)]).isPassed == isPassed)
  }

  @Test func aWaiverHoldsToTheEndOfItsDay() {
    let waiver = Waiver(test: "quality/*", reason: "known", until: "2027-01-31")
    #expect(!Waiver.apply([waiver], to: result(.fail), today: "2027-01-31").isFailure)
    #expect(Waiver.apply([waiver], to: result(.fail), today: "2027-02-01").isFailure)
    #expect(Waiver.apply([waiver], to: result(.pass), today: "2027-01-01").waiver == nil)
  }

  @Test func aGroupsNameIsAllOfItsTests() {
    #expect(Glob.matches("contract", "contract/A::B::C/create"))
    #expect(!Glob.matches("contract", "contracts/create"))
    #expect(Glob.matches("contract/*/create", "contract/A::B::C/create"))
    #expect(!Glob.matches("contract/*/create", "contract/A::B::C/create-twice"))
  }

  @Test func junitEscapesWhatXMLHasNoFormFor() {
    let junit = Report(plugin: "p", seed: 1, results: [result(.fail)]).junit
    #expect(junit.contains("&lt;&amp;&gt;?") && junit.contains("time=\"0.007\""))
  }

  @Test func aSeedGivesTheSameNumbers() {
    var (one, other) = (SeededGenerator(seed: 9), SeededGenerator(seed: 9))
    #expect((0..<100).allSatisfy { _ in one.next() == other.next() })
  }
}
