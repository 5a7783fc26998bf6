import Contract
import Testing

@testable import Plugins

@Suite struct RegistrationTests {
  private func record(
    _ name: String, version: String = "1.0.0", types: [String], requires: [Manifest.Requirement] = [], conflicts: [Manifest.Requirement] = [],
    origin: PluginOrigin = .user, state: PluginRecord.State = .active
  ) -> PluginRecord {
    PluginRecord(
      name: name, folder: "/plugins/\(name)", state: state,
      manifest: Manifest(
        name: name, version: version, publisher: "p", licence: "", description: "", abi: 1...1, libraries: [],
        provides: types.map { Provision(group: "t.resource", kind: .resource, type: $0, ops: ["create"]) }, endpoints: [:],
        requires: requires, conflicts: conflicts), origin: origin)
  }

  private func states(_ registration: Registration) -> [String] { registration.records.map { "\($0.name) \($0.state.rawValue)" } }

  private func policy(_ level: PolicyFile.Level = .user, pins: [String: String] = [:], enable: [PluginSelector] = []) -> Policy {
    var file = PolicyFile(path: "/p.json", level: level)
    file.pins = pins
    file.enable = enable
    return Policy(files: [file])
  }

  @Test func theIncumbentStays() {
    let registration = Registration([record("new", types: ["T"]), record("old", types: ["T"])], CatalogueRules(incumbents: ["T": "old"]))
    #expect(states(registration) == ["new shadowed", "old active"])
    #expect(registration.records[0].refusal?.code == .conflictType)
    #expect(registration.records[0].reason == "T is provided by old, which was there before")
  }

  @Test func ofTwoNewcomersNeitherServesUntilAPin() {
    let records = [record("a", types: ["T"]), record("b", types: ["T", "U"])]
    let before = Registration(records, CatalogueRules())
    #expect(states(before) == ["a shadowed", "b active"])
    #expect(before.owners[.type("T")] == nil && before.owners[.type("U")] == "b")
    #expect(before.records[1].contests.map(\.type) == ["T"])
    let after = Registration(records, CatalogueRules(policy: policy(pins: ["T": "a"])))
    #expect(after.owners[.type("T")] == "a" && after.incumbents["T"] == "a")
  }

  @Test func aTypeWaitsForTheIncumbentThatIsInstalledAndDoesNotServe() {
    let records = [record("new", types: ["T"]), record("old", types: ["T"], state: .disabled)]
    let rules = CatalogueRules(incumbents: ["T": "old"])
    #expect(states(Registration(records, rules)) == ["new shadowed", "old disabled"])
    #expect(states(Registration([records[0]], rules)) == ["new active"], "the old one is not installed any more")
  }

  @Test func whatRootApprovesIsNotShadowedByAUsersFolder() {
    let records = [record("mine", types: ["T"]), record("theirs", types: ["T"], origin: .system)]
    let rules = CatalogueRules(policy: policy(.system, enable: [PluginSelector(name: "*")]), incumbents: ["T": "mine"])
    #expect(states(Registration(records, rules)) == ["mine shadowed", "theirs active"])
    var named = [records[0], records[1]].map { record in
      var record = record
      record.name = "same"
      record.manifest?.name = "same"
      record.state = .declared
      return record
    }
    Pipeline.settleNames(&named, rules.policy)
    #expect(named.map(\.state) == [.shadowed, .declared])
  }

  @Test(arguments: [
    (Manifest.Requirement.plugin(name: "base", range: ">=1.0.0 <2.0.0"), RefusalCode?.none), (.plugin(name: "base", range: ">=2.0.0"), .requiresVersion),
    (.plugin(name: "other", range: nil), .requiresMissing), (.type("B"), nil), (.type("C"), .requiresMissing),
  ])
  func requirements(requirement: Manifest.Requirement, code: RefusalCode?) {
    let registration = Registration([record("base", types: ["B"]), record("top", types: ["T"], requires: [requirement])], CatalogueRules())
    #expect(registration.records[1].refusal?.code == code)
    #expect(registration.records[0].state == .active)
  }

  @Test func whatRequiresARefusedPluginIsRefusedToo() {
    let registration = Registration(
      [
        record("a", types: ["A"], requires: [.plugin(name: "b", range: nil)]), record("b", types: ["B"], requires: [.type("C")]),
        record("c", types: ["C"], state: .disabled),
      ], CatalogueRules())
    #expect(registration.records.map(\.refusal?.code) == [.requiresMissing, .requiresMissing, nil])
    #expect(registration.records[1].reason == "it requires C, and c, which offers it, is disabled")
  }

  @Test func aCircleIsNamed() {
    let registration = Registration(
      [
        record("a", types: ["A"], requires: [.type("B")]), record("b", types: ["B"], requires: [.plugin(name: "c", range: nil)]),
        record("c", types: ["C"], requires: [.type("A")]), record("free", types: ["F"]),
      ], CatalogueRules())
    #expect(registration.records.map(\.refusal?.code) == [.requiresCycle, .requiresCycle, .requiresCycle, nil])
    #expect(registration.records[0].reason == "a requires b requires c requires a")
  }

  @Test func ofTwoThatExcludeEachOtherTheIncumbentStays() {
    let records = [record("old", types: ["A"]), record("new", types: ["B"], conflicts: [.plugin(name: "old", range: "<2.0.0")])]
    #expect(states(Registration(records, CatalogueRules(incumbents: ["A": "old"]))) == ["old active", "new refused"])
    #expect(states(Registration(records, CatalogueRules(incumbents: ["B": "new"]))) == ["old refused", "new active"])
    #expect(states(Registration(records, CatalogueRules())) == ["old refused", "new refused"])
  }
}
