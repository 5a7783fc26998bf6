import Contract
import JSON
import Testing

@Suite struct StepAnswerTests {
  @Test func anEffectSurvivesTheJournal() throws {
    let answer = try StepAnswer(
      json: [
        "effect": [
          "endpoint": "rds", "call": "CreateDBInstance", "form": ["A": "b"], "select": ["/x/*/y"], "digest": "d",
        ], "id": "db-1",
      ])
    guard case .effect(let effect, let known) = answer.outcome else {
      Issue.record("not an effect: \(answer)")
      return
    }
    #expect(known.id == "db-1")
    #expect(try EffectRequest(json: effect.json) == effect)
  }

  @Test(arguments: [
    (#"{"done": {"status": "ready"}, "fail": {"code": "internal"}}"#, "answer: has 2 of effect, retry, done and fail, and must have one"),
    (#"{"log": []}"#, "answer: has 0 of effect, retry, done and fail, and must have one"),
    (#"{"done": {"status": "maybe"}}"#, "answer/done/status: is not ready, pending, failed or absent"),
    (#"{"done": {"status": "ready", "colour": 1}}"#, "answer/done/colour: is not a member that this host knows"),
    (#"{"fail": {"code": "oops"}}"#, "answer/fail/code: is not one of the closed set of codes"),
    (#"{"effect": {"endpoint": "rds"}}"#, "answer/effect: names no endpoint and call"),
    (#"{"effect": {"endpoint": "a", "call": "b", "json": 1, "text": "x"}}"#, "answer/effect: has more than one of json, form and text"),
    (#"{"retry": {"after_ms": "soon"}}"#, "answer/retry/after_ms: is a string, not an integer"),
    (#"[]"#, "answer: is an array, not an object"),
  ])
  func aBreachOfTheFormatIsNamed(text: String, message: String) throws {
    let json = try JSON.parse(text)
    #expect { try StepAnswer(json: json) } throws: { "\($0)" == message }
  }
}
