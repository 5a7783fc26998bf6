internal import Contract
internal import JSON

/// Properties that are missing or unknown, and names as long as they may be.
enum PropertyChecks {
  static func tests(_ provision: Provision) -> [ConformanceTest] {
    guard provision.kind != .coe else { return [] }
    var tests = [
      ConformanceTest(.contract, "unknown-property", provision, unknown), ConformanceTest(.contract, "missing-properties", provision, missing),
    ]
    if provision.schema?.naming != nil { tests.append(ConformanceTest(.contract, "longest-name", provision, longestName)) }
    return tests
  }

  /// A service that refuses everything.
  private struct RefusingCloud: Cloud {
    mutating func perform(_ effect: EffectRequest, call: Call) async throws -> Cassette.Answer { Cassette.Answer(status: 400, body: .null) }
    func wait(milliseconds: Int) async throws {}
  }

  private static func op(_ bed: TypeBed) -> String { bed.provision.kind == .lookup ? "read" : "create" }

  @Sendable private static func unknown(_ bed: TypeBed) async throws -> String {
    for op in [op(bed)] + (bed.has("update") ? ["update"] : []) { try await unknown(bed, op) }
    return ""
  }

  private static func unknown(_ bed: TypeBed, _ op: String) async throws {
    var rehearsal = bed.rehearsal(RefusingCloud())
    let name = "KitUnknown7"
    if op == "update" { rehearsal.want(bed.cassette.inputs["update"] ?? rehearsal.desired) }
    rehearsal.desired[name] = .string(name)
    let conclusion = try await rehearsal.run(op)
    if let effect = rehearsal.effects.first(where: { $0.json.text.contains(name) }) {
      throw Finding.fail(
        "\(op) sends the unknown property \(name) to the cloud: \(effect.call) \(effect.canonical.text)",
        remedy: "send only the properties that the schema has, or fail with bad_request")
    }
    // An op that asks for nothing may well succeed.
    guard case .failed = conclusion else {
      if rehearsal.effects.isEmpty { return }
      throw rehearsal.unexpected("\(op) in a cloud that refuses everything", conclusion, "must fail")
    }
  }

  /// Each property is taken away in turn; the cloud refuses what is asked for all the same.
  @Sendable private static func missing(_ bed: TypeBed) async throws -> String {
    let required = Set(bed.provision.schema?.document["required"]?.array?.compactMap(\.string) ?? [])
    let names = required.union((bed.cassette.desired.object ?? [:]).keys)
    guard !names.isEmpty else { throw Finding.skip("the type has no property that could be missing") }
    for name in names.sorted() {
      var rehearsal = bed.rehearsal(RefusingCloud())
      rehearsal.desired[name] = nil
      let conclusion = try await rehearsal.run(op(bed))
      guard case .failed = conclusion else {
        if rehearsal.effects.isEmpty, !required.contains(name) { continue }
        throw rehearsal.unexpected("\(op(bed)) without \(name), in a cloud that refuses everything,", conclusion, "must fail, with bad_request")
      }
    }
    return "\(names.count) properties"
  }

  @Sendable private static func longestName(_ bed: TypeBed) async throws -> String {
    guard bed.has("create"), let naming = bed.provision.schema?.naming else { return "" }
    let name = bed.cassette.name + String(repeating: "x", count: max(0, naming.longest - bed.cassette.name.count))
    var renaming = Renaming()
    renaming.add(canonical: bed.cassette.name, live: name)
    var rehearsal = bed.rehearsal(ReplayCloud(bed.cassette, renaming: renaming))
    rehearsal.name = name
    try await rehearsal.make()
    try await rehearsal.remove()
    return "\(name.count) characters"
  }
}
