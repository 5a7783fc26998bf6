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

  let shaped = TypeSchema(
    typeName: "T", schemaVersion: 1,
    document: [
      "definitions": ["Tag": ["type": "object", "properties": ["Key": ["type": "string"], "Value": ["type": "string"]]]],
      "properties": [
        "Ordered": ["type": "array", "items": ["type": "string"]],
        "Set": ["type": "array", "insertionOrder": false, "items": ["type": "string"]],
        "Tags": ["type": "array", "insertionOrder": false, "items": ["$ref": "#/definitions/Tag"]],
        "Policy": ["type": ["object", "string"]], "Circle": ["$ref": "#/properties/Circle"],
        "Users": ["type": "array", "items": ["type": "object", "properties": ["Name": ["type": "string"], "Password": ["type": "string"]]]],
      ],
    ], writeOnlyProperties: [JSONPointer(["properties", "Users", "*", "Password"])])

  func drift(_ desired: JSON, _ actual: JSON) -> Drift { Drift(desired: desired, actual: actual, schema: shaped) }

  @Test func `A list without an order is a set, one with an order is not`() {
    #expect(drift(["Set": ["a", "b", "a"], "Tags": [["Key": "x", "Value": "1"], ["Key": "y", "Value": "2"]]],
      ["Set": ["b", "a"], "Tags": [["Key": "y", "Value": 2], ["Key": "x", "Value": "1"]]]) == .inSync)
    #expect(drift(["Set": ["a", "b"]], ["Set": ["a", "b", "c"]])
      == .modified([Drift.Difference(path: JSONPointer(["Set"]), expected: ["a", "b"], actual: ["a", "b", "c"])]))
    #expect(drift(["Set": ["a", "b"]], ["Set": ["a", "c"]]) != .inSync)
    #expect(drift(["Ordered": ["a", "b"]], ["Ordered": ["b", "a"]]) != .inSync)
    #expect(drift(["Ordered": ["a", "b"]], ["Ordered": ["a", "c"]])
      == .modified([Drift.Difference(path: JSONPointer(["Ordered", "1"]), expected: "b", actual: "c")]))
  }

  @Test func `An element that is asked for in part does not take the place of one that is asked for in full`() {
    let (asked, there): (JSON, JSON) = ([["Key": "x"], ["Key": "x", "Value": "1"]], [["Key": "x", "Value": "1"], ["Key": "x", "Value": "2"]])
    #expect(drift(["Tags": asked], ["Tags": there]) == .inSync)
    #expect(drift(["Tags": [["Key": "x", "Value": "1"], ["Key": "x", "Value": "3"]]], ["Tags": there]) != .inSync)
  }

  @Test func `What stands in a policy beside what was asked for is a difference`() {
    let asked: JSON = ["Policy": ["Statement": [["Effect": "Allow", "Condition": ["A": "1"]]]]]
    #expect(drift(asked, asked) == .inSync)
    #expect(drift(asked, ["Policy": ["Statement": [["Effect": "Allow"]]]])
      == .modified([Drift.Difference(path: JSONPointer(["Policy", "Statement", "0", "Condition"]), expected: ["A": "1"], actual: .null)]))
    #expect(drift(asked, ["Policy": ["Id": "x", "Statement": [["Effect": "Allow", "Condition": ["A": "1"]]]]])
      == .modified([Drift.Difference(path: JSONPointer(["Policy", "Id"]), expected: .null, actual: "x")]))
  }

  @Test func `Values that are not shown again or only known when sent are not compared in lists either`() {
    #expect(drift(["Users": [["Name": "a", "Password": "p"]], "Set": [["$secret": "s"], "b"], "Ordered": [["$secret": "s"]]],
      ["Users": [["Name": "a", "Password": "***"]], "Set": ["b", "c"], "Ordered": ["d"]]) == .inSync)
  }

  @Test func `A list that is empty and one that is not reported are not the same`() {
    #expect(drift(["Set": ["a"]], ["Set": []]) != .inSync)
    #expect(drift(["Set": ["a"]], [:]) == .inSync)
    #expect(drift(["Set": ["a"]], ["Set": .null]) != .inSync)
    #expect(drift(["Circle": "a"], ["Circle": "a"]) == .inSync)
  }
}
