import AWSDriver
import JSON
import PluginKit
import Testing

@Suite struct ActualPropertiesTests {
  /// What a driver that shows all of this reports.
  func report(
    _ desired: JSON, op: String = "read", awaiting: String = "refresh", _ fill: @escaping @Sendable (Step, inout ActualProperties) throws -> Void
  ) -> JSON? {
    let driver = Driver(
      name: "t", version: "1",
      types: [awsType("T", [op: { step in .ready(id: "x", properties: try step.actual { try fill(step, &$0) }) }])])
    let request: JSON = [
      "op": .string(op), "type": "T", "awaiting": .string(awaiting), "desired": desired, "identity": ["name": "n", "tags": ["cld:stack": "s"]],
    ]
    return driver.answer(to: request)["done"]?["properties"]
  }

  @Test func onlyWhatWasAskedForIsReported() {
    #expect(report(["A": 1, "C": 3]) { _, actual in actual.set(["A": "1", "B": "2", "C": nil]) } == ["A": "1"])
    #expect(report(["A": ["X": 1]]) { _, actual in actual.set("A", members: ["X": 2, "Y": 3]) } == ["A": ["X": 2]])
    #expect(report(["A": "x"]) { _, actual in actual.set(["A": .null]) } == ["A": .null])
  }

  @Test func onlyARefreshMakesAReport() {
    for awaiting in ["create", "update", "delete"] {
      #expect(report(["A": 1], awaiting: awaiting) { _, actual in actual.set(["A": 1]) } == nil)
    }
    #expect(report(["A": 1], op: "update") { _, actual in actual.set(["A": 1]) } == nil)
  }

  @Test func whatMeansTheSameIsReportedAsItWasAskedFor() {
    let desired: JSON = ["Name": "Shop"]
    #expect(report(desired) { _, actual in actual.set("Name", "shop") { $0.string?.lowercased() == "shop" } } == desired)
    #expect(report(desired) { _, actual in actual.set("Name", "other") { _ in false } } == ["Name": "other"])
  }

  @Test func whatOnlyTheHostKnowsIsNeverReported() {
    let desired: JSON = ["Secret": ["$secret": "h"], "Text": "{{resolve:ssm:/x}}", "List": [["Value": ["$concat": ["a", ["$secret": "h"]]]]]]
    let reported = report(desired) { _, actual in
      for name in ["Secret", "Text", "List"] {
        actual.set([name: "open"])
        actual.set(name, "open") { _ in false }
        actual.set(name, members: ["$secret": "open"])
        #expect(!actual.asks(for: name) && actual.asked(name) == nil)
      }
    }
    #expect(reported == [:])
  }

  @Test func tagsAreReportedWithoutThoseOfCldAndAWS() {
    let found = ["cld:stack": "s", "aws:createdBy": "x", "b": "2", "a": "1"]
    let list: JSON = [["Key": "a", "Value": "1"], ["Key": "b", "Value": "2"]]
    #expect(report(["Tags": []]) { step, actual in actual.set(["Tags": step.userTags(found)]) } == ["Tags": list])
    #expect(report(["Tags": [:]]) { step, actual in actual.set(["Tags": step.userTagMap(found)]) } == ["Tags": ["a": "1", "b": "2"]])
  }

  @Test func aCallThatIsDeniedLeavesOutItsPropertyAlone() {
    let denied = AWSError(code: "AccessDenied", message: "no", status: 403, call: "List")
    #expect(report(["A": 1, "B": 2]) { step, actual in
      actual.set(["A": 1])
      actual.set(["B": try step.ifAllowed { throw denied }])
    } == ["A": 1])
    #expect(report(["A": 1]) { step, actual in
      actual.set(["A": try step.ifAllowed { throw AWSError(code: "Throttling", message: "later", status: 400, call: "List") }])
    } == nil)
  }
}
