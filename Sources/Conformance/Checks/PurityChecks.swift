internal import Contract
internal import JSON

/// A step is a function of its request, and of nothing else.
enum PurityChecks {
  static func tests(_ provision: Provision) -> [ConformanceTest] {
    var tests = [ConformanceTest(.contract, "pure", provision, pure)]
    if provision.kind != .coe { tests.append(ConformanceTest(.contract, "changed-digest", provision, changedDigest)) }
    return tests
  }

  /// The same requests again: in another order, in two processes, each time the same bytes.
  @Sendable private static func pure(_ bed: TypeBed) async throws -> String {
    let exchanges = try await conversation(bed)
    var random = SeededGenerator(seed: bed.bed.settings.seed)
    for _ in 0..<bed.bed.settings.replays {
      guard let exchange = exchanges.randomElement(using: &random) else { break }
      let answer = try await bed.bed.session.step(exchange.request, worker: Int.random(in: 0...1, using: &random), isRecorded: false)
      guard answer == exchange.answer else {
        throw Finding.fail(
          "the same request had two answers\nrequest: \(text(exchange.request))\nfirst:   \(text(exchange.answer))\nthen:    \(text(answer))",
          remedy: "use nothing but the request: no variable that outlives a step, no clock, no randomness, maps in a sorted order")
      }
    }
    return "\(bed.bed.settings.replays) replays of \(exchanges.count) steps"
  }

  /// All steps of the type's life, from the cassette. What goes wrong there is another test's finding.
  static func conversation(_ bed: TypeBed) async throws -> [DriverSession.Exchange] {
    for test in LifeChecks.tests(bed.provision) + OtherOpChecks.tests(bed.provision) {
      do { try await test.run(bed) } catch let finding as Finding where finding.outcome != .crash && finding.outcome != .hang {}
    }
    return await bed.bed.session.exchanges
  }

  /// The plugin was replaced in the middle of an operation: what was asked for before is not what is asked for now.
  @Sendable private static func changedDigest(_ bed: TypeBed) async throws -> String {
    let op = bed.provision.kind == .lookup ? "read" : "create"
    let rehearsal = bed.rehearsal(ReplayCloud(bed.cassette))
    let first = try await rehearsal.step(rehearsal.request(op, awaiting: op == "read" ? "create" : nil))
    guard case .effect(let effect, _) = first.outcome else { throw Finding.skip("\(op) asks for no effect") }
    guard !effect.digest.isEmpty else {
      throw Finding.warn(
        "effects have no digest, so that a driver that was replaced in the middle of an operation takes an old answer for a new one",
        remedy: "give each effect a digest of its content, and compare it with the history's")
    }
    let history = [HistoryEntry(digest: "another", outcome: .result(status: 200, headers: [:], body: [:]))]
    let answer = try await rehearsal.step(rehearsal.request(op, awaiting: op == "read" ? "create" : nil, history: history))
    switch answer.outcome {
    case .retry(_, _, fromStart: true), .fail: return ""
    default:
      throw Finding.fail(
        "the answer to another effect was taken for that to \(effect.call)", remedy: "answer `retry` with `from_start` when a digest of the history is not the own")
    }
  }

  static func text(_ bytes: [UInt8]) -> String {
    let text = String(decoding: bytes, as: UTF8.self)
    return text.count > 1500 ? text.prefix(1500) + "…" : text
  }
}
