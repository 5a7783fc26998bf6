import JSON
import Testing

@testable import Conformance

/// How recordings of several things become one cassette.
@Suite struct RecordingTests {
  private func exchange(_ call: String, _ body: JSON, next: String? = nil) -> Cassette.Exchange {
    Cassette.Exchange(endpoint: "e", call: call, request: [:], answers: [Cassette.Answer(status: 200, body: body)], next: next)
  }

  @Test func statesThatAnswerAlikeBecomeOne() {
    let states = [
      "start": [exchange("Get", "none"), exchange("Make", "made", next: "a")],
      "a": [exchange("Get", "there"), exchange("Make", "made", next: "b")],
      "b": [exchange("Get", "there"), exchange("Delete", "gone", next: "c")],
      "c": [exchange("Get", "none")],
    ]
    let merged = StateMerge(states: states, order: ["start", "a", "b", "c"]).merged()
    #expect(Set(merged.keys) == ["start", "a"])
    #expect(merged["a"]?.first { $0.call == "Make" }?.next == "a")
    #expect(merged["a"]?.first { $0.call == "Delete" }?.next == "start")
  }

  @Test func statesThatLeadToDifferentAnswersStayApart() {
    let states = [
      "start": [exchange("Get", "none"), exchange("Make", "made", next: "a")],
      "a": [exchange("Get", "none"), exchange("Make", "exists")],
    ]
    #expect(StateMerge(states: states, order: ["start", "a"]).merged().count == 2)
  }

  @Test func statesToWhichNothingLeadsAreLeftOut() {
    let states = ["start": [exchange("Get", "none")], "lost": []]
    #expect(Set(StateMerge(states: states, order: ["start", "lost"]).merged().keys) == ["start"])
  }

  @Test func idsAndTimesAreNamesAndWordsAreNot() {
    #expect(Difference(["id": "sg-0a12b3"], ["id": "sg-9f88e7"]).isOnlyNames)
    #expect(Difference(["at": 1_795_252_800], ["at": 1_795_252_999]).isOnlyNames)
    #expect(!Difference(["state": "pending"], ["state": "running"]).isOnlyNames)
    #expect(!Difference(["a": 1], ["b": 1]).isOnlyNames)
    #expect(Difference(["id": "sg-0a12b3"], ["id": "sg-9f88e7"]).aliases.map(\.1) == ["sg-9f88e7"])
  }

  @Test func renamingGoesBothWaysAndTakesTheLongestFirst() {
    var renaming = Renaming()
    renaming.add(canonical: "thing-0000", live: "thing-0001")
    renaming.add(canonical: "arn:thing-0000/abc123", live: "arn:thing-0001/def456")
    #expect(renaming.live(["x": "arn:thing-0000/abc123 and thing-0000"]) == ["x": "arn:thing-0001/def456 and thing-0001"])
    #expect(renaming.canonical("arn:thing-0001/def456") == "arn:thing-0000/abc123")
  }
}
