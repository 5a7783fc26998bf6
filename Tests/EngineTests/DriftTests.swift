import Contract
import JSON
import Testing

@testable import Engine

@Suite struct DriftTests {
  let schema = TypeSchema(
    typeName: "T", schemaVersion: 1, document: [:], writeOnlyProperties: [JSONPointer(["properties", "Password"])],
    sensitive: [JSONPointer(["properties", "Token"])])

  @Test func `A driver that reports no properties says nothing of drift`() {
    #expect(Drift(desired: ["A": 1], actual: .null, schema: schema) == .notChecked)
  }

  @Test func `What is as it was asked for is in sync, whether the cloud says numbers as texts or not`() {
    #expect(Drift(desired: ["A": "1", "B": true, "C": ["x"]], actual: ["A": 1, "B": "true", "C": ["x"], "More": 5], schema: schema) == .inSync)
  }

  @Test func `A difference has its place, also inside of an object`() {
    let drift = Drift(desired: ["A": ["B": "old", "C": 1]], actual: ["A": ["B": "new", "C": 1]], schema: schema)
    #expect(drift == .modified([Drift.Difference(path: JSONPointer(["A", "B"]), expected: "old", actual: "new")]))
    #expect(drift.sentence == #"changed: /A/B is "new" and was asked for as "old""#)
  }

  @Test func `What is secret, never shown again, only known when sent, or not reported is not compared`() {
    let desired: JSON = ["Password": "a", "Token": "b", "Text": ["$secret": "sec-1"], "Value": "{{resolve:ssm:/x}}", "Absent": "c"]
    #expect(Drift(desired: desired, actual: ["Password": "", "Token": "", "Text": "d", "Value": "e"], schema: schema) == .inSync)
  }
}
