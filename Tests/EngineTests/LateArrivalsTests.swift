import JSON
import Testing

@testable import Engine

@Suite struct LateArrivalsTests {
  let tags = ["cld:installation": "i", "cld:resource": "res-1-1"]

  func item(_ id: String, _ tags: [String: String]) -> JSON { ["id": .string(id), "tags": .object(tags.mapValues { .string($0) })] }

  @Test func `What is recorded is no late arrival`() {
    #expect(LateArrivals(items: [item("a", tags)], tags: tags, recorded: ["a"]) == .none)
    #expect(LateArrivals(items: [], tags: tags, recorded: ["a"]) == .none)
  }

  @Test func `What has all of our tags and is not recorded is ours`() {
    #expect(LateArrivals(items: [item("b", tags), item("a", tags)], tags: tags, recorded: ["a"]) == .found(["b"]))
  }

  @Test func `A thing that lacks a tag, or has another's, is left alone`() {
    let others = [item("b", ["cld:resource": "res-1-1"]), item("c", tags.merging(["cld:installation": "j"]) { $1 }), item("d", [:]), ["tags": [:]]]
    #expect(LateArrivals(items: others, tags: tags, recorded: []) == .none)
  }

  @Test func `More than a create can have made are for a person`() {
    let items = (0...LateArrivals.most).map { item("t\($0)", tags) }
    guard case .tooMany(let ids) = LateArrivals(items: items, tags: tags, recorded: []) else {
      Issue.record("they would be deleted")
      return
    }
    #expect(ids.count == LateArrivals.most + 1)
  }
}
