import AWSDriver
import JSON
import PluginKit
import Testing

@Suite struct AnswerTests {
  @Test(arguments: [
    ("AuthFailure", 401, Failure.Code.unauthenticated), ("UnauthorizedOperation", 403, .denied),
    ("RequestLimitExceeded", 503, .throttled), ("Throttling", 400, .throttled), ("InternalFailure", 500, .unavailable),
    ("InvalidGroup.NotFound", 400, .notFound), ("NoSuchEntity", 404, .notFound), ("ClusterNotFoundException", 400, .notFound),
    ("DBInstanceAlreadyExists", 400, .exists), ("InstanceQuotaExceeded", 400, .quota), ("VcpuLimitExceeded", 400, .quota),
    ("DependencyViolation", 400, .conflict), ("ResourceInUse", 400, .conflict), ("InvalidParameterValue", 400, .badRequest),
  ])
  func codesAreOfTheClosedSet(code: String, status: Int, expected: Failure.Code) {
    let failure = AWSError(code: code, message: "why", status: status, call: "Call").failure
    #expect(failure.code == expected)
    #expect(failure.message.contains("why"))
  }

  @Test(arguments: [
    ["Errors": ["Error": ["Code": "InvalidGroup.NotFound", "Message": "no group"]]],
    ["Error": ["Code": "NoSuchEntity", "Message": "no role"]],
    ["__type": "com.amazonaws.ecs#ClusterNotFoundException", "message": "no cluster"],
  ] as [JSON])
  func errorsOfAllProtocolsAreRead(body: JSON) {
    let driver = Driver(
      name: "t", version: "1", types: [awsType("T", ["read": { step in
        guard try step.askIfFound(.ecs, "Look", [:]) != nil else { return .absent }
        return .ready()
      }])])
    let asked = driver.answer(to: ["op": "read", "type": "T"])
    let history: JSON = [
      ["digest": asked["effect"]?["digest"] ?? .null, "result": ["status": 400, "headers": [:], "body": body]]
    ]
    #expect(driver.answer(to: ["op": "read", "type": "T", "history": history]) == ["done": ["status": "absent"]])
  }

  @Test func listsAreReadWhateverXMLMadeOfThem() {
    let one: JSON = ["DBInstance": ["Id": "a"]]
    let two: JSON = ["DBInstance": [["Id": "a"], ["Id": "b"]]]
    #expect(one.items("DBInstance") == [["Id": "a"]])
    #expect(two.items("DBInstance").count == 2)
    #expect(JSON.null.items("DBInstance").isEmpty)
    #expect(JSON.array(["x"]).items() == ["x"])
  }

  @Test func tagsOfAllServicesAreRead() {
    let expected = ["a": "b"]
    #expect(tagMap([["Key": "a", "Value": "b"]]) == expected)
    #expect(tagMap([["key": "a", "value": "b"]]) == expected)
    #expect(tagMap(["Tag": ["Key": "a", "Value": "b"]]) == expected)
    #expect(tagMap(["a": "b"]) == expected)
    #expect(tagMap(nil).isEmpty)
  }

  @Test func namesAreLoweredButNotTheUsers() {
    let properties: JSON = ["LogConfiguration": ["LogDriver": "awslogs", "Options": ["Group": "g"]], "Ref": ["$secret": "h"]]
    #expect(
      properties.lowerCamel(keeping: ["Options"])
        == ["logConfiguration": ["logDriver": "awslogs", "options": ["Group": "g"]], "ref": ["$secret": "h"]])
  }
}
