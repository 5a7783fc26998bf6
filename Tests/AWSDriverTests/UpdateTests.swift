import AWSDriver
import JSON
import PluginKit
import Testing

@Suite struct UpdateTests {
  @Test func tagsThatChangeAreAddedAndThoseThatAreGoneRemoved() {
    let change = TagChange(from: ["stay": "1", "other": "1", "gone": "1"], to: ["stay": "1", "other": "2", "new": "3"], ours: [:])
    #expect(change.added == ["other": "2", "new": "3"])
    #expect(change.removed == ["gone"])
    #expect(change.list(.lower) == [["key": "new", "value": "3"], ["key": "other", "value": "2"]])
    #expect(change.removedKeys == ["gone"])
  }

  @Test func noUserTouchesTheTagsThatShowWhoseItIs() {
    let ours = ["cld:stack": "s", "cld:resource": "r"]
    let change = TagChange(from: ["cld:stack": "mine"], to: ["cld:resource": "mine"], ours: ours)
    #expect(change.added.isEmpty && change.removed.isEmpty)
  }

  @Test func anUpdateKnowsWhatItChanges() {
    let driver = Driver(
      name: "t", version: "1", types: [awsType("T", ["update": { step in
        .ready(id: try step.updated("thing") { nil }, attributes: [
          "A": .bool(step.changes("A")), "B": .bool(step.changes("B")), "Gone": .bool(step.changes("Gone")), "AB": .bool(step.changes("A", "B")),
        ])
      }])])
    let request: JSON = [
      "op": "update", "type": "T", "desired": ["A": 1, "B": 2], "previous": ["A": 1, "B": 1, "Gone": true], "current": ["id": "x"],
    ]
    #expect(driver.answer(to: request)["done"]?["attributes"] == ["A": false, "B": true, "Gone": true, "AB": true])
    var unknown = request
    unknown["current"] = .null
    #expect(driver.answer(to: unknown)["fail"]?["code"] == "not_found")
  }

  @Test func documentsBecomeTextAndKeepTheirExpressions() {
    #expect((["a": ["b", 1]] as JSON).asDocument == .string(#"{"a":["b",1]}"#))
    #expect(JSON.string("{}").asDocument == "{}")
    #expect((["$secret": "h"] as JSON).asDocument == ["$secret": "h"])
    #expect((["a": [["$secret": "h"]]] as JSON).asDocument == ["$json": ["a": [["$secret": "h"]]]])
  }
}
