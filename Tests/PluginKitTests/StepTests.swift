import JSON
import PluginKit
import Testing

/// The kit runs handlers from their start at every step; what it answers depends on the request alone.
@Suite struct StepTests {
  private let driver = Driver(
    name: "test", version: "1.0.0",
    types: [
      TypeHandlers(
        "Test::Thing",
        [
          "create": { step in
            step.report(id: step.name)
            let first = try step.call(Effect("api", "Create", .json(["Name": .string(step.name)])))
            guard first.isSuccess else { throw Failure(.badRequest, "refused", property: "/Name") }
            let second = try step.call(Effect("api", "Tag", .json(["Token": step.token("tag")])))
            return .ready(id: second.body["id"]?.string)
          },
          "read": { step in
            // A driver that catches everything must not stop the suspension.
            let reply = try? step.call(Effect("api", "Read"))
            return reply == nil ? .absent : .ready(id: "x")
          },
          "update": { step in
            _ = try step.call(Effect("api", "Update"))
            throw step.retry(afterMilliseconds: 1500, "busy")
          },
          "delete": { step in
            guard try step.callOrLost(Effect("api", "Delete")) != nil else { return .pending(reason: "looked") }
            return .absent
          },
        ])
    ])

  private func answer(_ op: String, _ history: [JSON] = []) -> JSON {
    driver.answer(
      to: ["op": .string(op), "type": "Test::Thing", "identity": ["name": "n"], "history": .array(history)])
  }

  private func result(_ answer: JSON, status: JSON = 200, body: JSON = [:]) -> JSON {
    ["digest": answer["effect"]?["digest"] ?? .null, "result": ["status": status, "headers": [:], "body": body]]
  }

  @Test func asksForOneEffectAfterAnother() {
    let first = answer("create")
    #expect(first["effect"]?["call"] == "Create")
    #expect(first["id"] == "n")
    let second = answer("create", [result(first)])
    #expect(second["effect"]?["call"] == "Tag")
    #expect(second["effect"]?["json"]?["Token"] == ["$token": "tag"])
    let last = answer("create", [result(first), result(second, body: ["id": "i-1"])])
    #expect(last == ["done": ["status": "ready", "id": "i-1"]])
  }

  @Test func theSameRequestGetsTheSameAnswer() {
    #expect(answer("create").text == answer("create").text)
  }

  @Test func aFailureKeepsItsCodeAndPlace() {
    let first = answer("create")
    let failed = answer("create", [result(first, status: 400)])
    #expect(failed == ["fail": ["code": "bad_request", "message": "refused", "property": "/Name"]])
  }

  @Test func aSwallowedSuspensionStillEndsTheStep() {
    #expect(answer("read")["effect"]?["call"] == "Read")
    #expect(answer("read")["done"] == nil)
  }

  @Test func anotherDigestStartsTheOperationAgain() {
    let stale: JSON = ["digest": "0000000000000000", "result": ["status": 200, "body": [:]]]
    #expect(answer("create", [stale])["retry"]?["from_start"] == true)
  }

  @Test func aLostReplyIsNoResult() {
    let effect = answer("delete")
    let lost: JSON = ["digest": effect["effect"]?["digest"] ?? .null, "lost": true]
    #expect(answer("delete", [lost])["done"]?["reason"] == "looked")
    // A handler that does not look fails instead of going on.
    let create = answer("create")
    let lostCreate: JSON = ["digest": create["effect"]?["digest"] ?? .null, "lost": true]
    #expect(answer("create", [lostCreate])["fail"]?["code"] == "internal")
  }

  @Test func retryIsAnAnswer() {
    let first = answer("update")
    #expect(answer("update", [result(first)]) == ["retry": ["after_ms": 1500, "reason": "busy"]])
  }

  @Test func whatItDoesNotHaveIsUnsupported() {
    #expect(answer("list")["fail"]?["code"] == "unsupported")
    #expect(driver.answer(to: ["op": "create", "type": "Other"])["fail"]?["code"] == "unsupported")
    #expect(driver.answer(to: [])["fail"]?["code"] == "bad_request")
  }
}
