internal import Contract
internal import JSON

/// The operations that make nothing: look-ups, expansions, lists and logs.
enum OtherOpChecks {
  static func tests(_ provision: Provision) -> [ConformanceTest] {
    var tests: [ConformanceTest] = []
    if provision.kind == .lookup { tests.append(ConformanceTest(.contract, "lookup", provision, isRecorded: true, lookUp)) }
    for op in provision.ops.filter({ $0.hasPrefix("expand-") }).sorted() {
      tests.append(ConformanceTest(.contract, op, provision, isRecorded: true) { bed in try await expand(bed, op) })
    }
    for op in ["list", "logs"] where provision.ops.contains(op) {
      tests.append(ConformanceTest(.contract, "\(op)-pages", provision, isRecorded: true) { bed in try await pages(bed, op) })
    }
    return tests
  }

  @Sendable private static func lookUp(_ bed: TypeBed) async throws -> String {
    try await bed.rehearse { rehearsal in
      let end = try await rehearsal.run("read", awaiting: "create")
      guard end == .done(.ready), rehearsal.thing.attributes.object?.isEmpty == false else {
        throw rehearsal.unexpected("read", end, "must become ready, with attributes")
      }
      return ""
    }
  }

  private static func expand(_ bed: TypeBed, _ op: String) async throws -> String {
    guard let input = bed.cassette.inputs[op] else {
      throw Finding.fail("\(bed.cassette.file) has no inputs.\(op)", remedy: "add the input of the expansion: docs/plugin-contract.md, \"Operations\"")
    }
    return try await bed.rehearse { rehearsal in
      let end = try await rehearsal.run(op, input: input)
      guard end == .done(.ready) else { throw rehearsal.unexpected(op, end, "must make a fragment of the cassette's input") }
      return "\(rehearsal.completion?.fragment?["Resources"]?.object?.count ?? 0) resources"
    }
  }

  /// Follows the cursor to the end: each page is another, and there is a last one.
  private static func pages(_ bed: TypeBed, _ op: String) async throws -> String {
    try await bed.rehearse { rehearsal in
      var input = bed.cassette.inputs[op] ?? ["tags": .object(rehearsal.tags.mapValues { .string($0) })]
      var seen: Set<String> = []
      while true {
        let end = try await rehearsal.run(op, input: input)
        guard end == .done(.ready), let page = rehearsal.completion else { throw rehearsal.unexpected(op, end, "must end as ready") }
        guard let cursor = page.cursor, op == "list" || page.more else { return "\(seen.count + 1) pages" }
        guard seen.insert(cursor).inserted, seen.count < 100 else {
          throw Finding.fail("\(op) gave the cursor '\(cursor)' twice", remedy: "a cursor says where the next page starts; the last page has none")
        }
        input["cursor"] = .string(cursor)
      }
    }
  }
}
