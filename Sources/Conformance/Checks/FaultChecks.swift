internal import Contract
internal import JSON

/// A service that answers badly, at every effect of every operation.
enum FaultChecks {
  static func tests(_ provision: Provision) -> [ConformanceTest] {
    guard provision.kind != .coe else { return [] }
    var tests: [ConformanceTest] = []
    for status in [429, 500, 503] {
      tests.append(ConformanceTest(.faults, "http-\(status)", provision) { bed in try await refused(bed, status) })
    }
    tests.append(ConformanceTest(.faults, "timeout", provision, isRecorded: true, timeout))
    tests.append(
      ConformanceTest(.faults, "truncated", provision) { bed in try await garbled(bed, [.null, [:], [], ""]) })
    tests.append(
      ConformanceTest(.faults, "garbage", provision) { bed in
        try await garbled(bed, ["<html>garbage</html>", 17, [[[1], .null]], ["Error": 5, "Errors": "x", "message": [:]], true])
      })
    return tests
  }

  /// Operations with what has to be there before them.
  private static func ops(_ bed: TypeBed) -> [String] {
    if bed.provision.kind == .lookup { return ["read"] }
    return ["create", "read", "delete"] + (bed.has("update") && bed.cassette.inputs["update"] != nil ? ["update"] : []) + bed.actions
  }

  private static func prepare(_ rehearsal: inout Rehearsal, _ op: String, _ bed: TypeBed) async throws {
    if rehearsal.provision.kind == .resource, op != "create" { try await rehearsal.make() }
    if op == "update" { rehearsal.want(try UpdateChecks.wanted(bed)) }
    if op.hasPrefix("action:") { try await rehearsal.prepare(for: op) }
  }

  private static func run(_ rehearsal: inout Rehearsal, _ op: String, _ bed: TypeBed, _ interference: Interference) async throws -> Conclusion {
    let input: JSON =
      switch op {
      case "delete": ["final_snapshot": false]
      case "update": .null
      default: bed.cassette.inputs[op] ?? .null
      }
    return try await rehearsal.run(op, awaiting: op == "read" ? "refresh" : nil, input: input, interference: interference)
  }

  /// How often each op asks for something when nothing goes wrong.
  private static func plain(_ bed: TypeBed, _ op: String) async throws -> (conclusion: Conclusion, effects: [EffectRequest]) {
    try await bed.rehearse { rehearsal in
      try await prepare(&rehearsal, op, bed)
      return (try await run(&rehearsal, op, bed, .none), rehearsal.effects)
    }
  }

  /// A fault that passes: the driver waits or asks again, and comes to the same end.
  private static func refused(_ bed: TypeBed, _ status: Int) async throws -> String {
    var count = 0
    for op in ops(bed) {
      let (end, effects) = try await plain(bed, op)
      for place in effects.indices {
        for body: JSON in [.null, "<html><body>Service Unavailable</body></html>"] {
          count += 1
          let what = "\(op), whose \(effects[place].call) was answered with \(status),"
          try await bed.rehearse { rehearsal in
            try await prepare(&rehearsal, op, bed)
            let conclusion = try await run(&rehearsal, op, bed, .answer(Cassette.Answer(status: status, body: body), at: place))
            switch rehearsal.answerToInterference?.outcome {
            case .done(let completion):
              throw Finding.fail(
                "\(what) ended as \(completion.status.rawValue)", remedy: "answer `retry`, or fail with `throttled` or `unavailable`: nothing was done")
            case .fail(let failure) where !failure.code.isTransient:
              throw Finding.fail(
                "\(what) failed for good with \(failure.code.rawValue): \(failure.message)",
                remedy: "answer `retry`, or fail with `throttled` (429) or `unavailable` (5xx): the host tries again")
            default: break
            }
            guard conclusion == end else { throw rehearsal.unexpected(what, conclusion, "must come to the same end as without it: \(end.words)") }
          }
        }
      }
    }
    return "\(count) faults"
  }

  /// The reply is lost, at every effect: done or not, the end is the same.
  @Sendable private static func timeout(_ bed: TypeBed) async throws -> String {
    guard bed.provision.schema?.document["secretOnce"] != true else {
      throw Finding.skip("the type shows its secret once: the host makes it anew when a reply is lost")
    }
    var count = 0
    for op in ops(bed) {
      let (end, effects) = try await plain(bed, op)
      for place in effects.indices {
        for isDone in [true, false] {
          count += 1
          try await bed.rehearse { rehearsal in
            try await prepare(&rehearsal, op, bed)
            let conclusion = try await run(&rehearsal, op, bed, .lost(isDone: isDone, at: place))
            let isGone = op == "delete" && (conclusion == .done(.absent) || conclusion == .done(.pending))
            guard conclusion == .held || isGone || conclusion.isSame(as: end) else {
              throw rehearsal.unexpected(
                "\(op), whose reply to \(effects[place].call) was lost after it was \(isDone ? "done" : "not done"),", conclusion,
                "must come to the same end as without it: \(end.words)")
            }
          }
        }
      }
    }
    return "\(count) replies lost"
  }

  /// The service says yes and tells nothing: no crash, no breach of the contract, and no thing that is ready of it.
  private static func garbled(_ bed: TypeBed, _ bodies: [JSON]) async throws -> String {
    var count = 0
    for op in ops(bed) {
      let (_, effects) = try await plain(bed, op)
      for place in effects.indices {
        for body in bodies {
          count += 1
          try await bed.rehearse { rehearsal in
            try await prepare(&rehearsal, op, bed)
            do {
              _ = try await run(&rehearsal, op, bed, .answer(Cassette.Answer(status: 200, body: body), at: place))
            } catch let finding as Finding where finding.cause == .notRecorded {
              // What a driver asks for after nonsense is in no cassette.
            }
            if case .done(let completion)? = rehearsal.answerToInterference?.outcome, completion.status == .ready, op == "read" {
              throw Finding.fail(
                "read is ready, though \(effects[place].call) was answered with \(body.text)", remedy: "report ready only of what the answer says")
            }
          }
        }
      }
    }
    return "\(count) answers"
  }
}

extension Conclusion {
  /// Whether the user sees the same end: ready and pending both lead on.
  func isSame(as other: Conclusion) -> Bool {
    switch (self, other) {
    case (.done(.ready), .done(.pending)), (.done(.pending), .done(.ready)): true
    default: self == other
    }
  }
}
