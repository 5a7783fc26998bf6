internal import Contract
internal import JSON

/// Requests that no host would send: the driver says so, and lives.
enum FuzzChecks {
  static func tests(_ provision: Provision) -> [ConformanceTest] {
    [
      ConformanceTest(.fuzz, "members", provision, members),
      ConformanceTest(.fuzz, "requests", provision) { bed in try await run(bed, salt: 1) { $0.mutated(using: &$1) } },
      ConformanceTest(.fuzz, "histories", provision) { bed in
        try await run(bed, salt: 2) { request, random in
          var request = request
          request["history"] = (request["history"] ?? []).mutated(using: &random)
          return request
        }
      },
      ConformanceTest(.fuzz, "bytes", provision, bytes),
    ]
  }

  /// Each member of a request of each op in turn: missing, and with every strange value.
  @Sendable private static func members(_ bed: TypeBed) async throws -> String {
    let requests = Dictionary(try await requests(bed).map { ($0["op"]?.string ?? "", $0) }, uniquingKeysWith: { first, _ in first })
    let rehearsal = bed.rehearsal(ReplayCloud(bed.cassette))
    var count = 0
    for (_, request) in requests.sorted(by: { $0.key < $1.key }) {
      for key in (request.object ?? [:]).keys.sorted() {
        for value in JSON.strange.map(Optional.some) + [nil] {
          var mutated = request
          mutated[key] = value
          try judge(try await bed.bed.session.step(mutated.bytes, isRecorded: false), to: mutated.bytes, rehearsal)
          count += 1
        }
      }
    }
    return "\(count) requests"
  }

  private static func run(
    _ bed: TypeBed, salt: UInt64, _ mutate: (JSON, inout SeededGenerator) -> JSON
  ) async throws -> String {
    let requests = try await requests(bed)
    var random = SeededGenerator(seed: bed.bed.settings.seed &+ salt)
    let rehearsal = bed.rehearsal(ReplayCloud(bed.cassette))
    for _ in 0..<bed.bed.settings.mutations {
      guard let request = requests.randomElement(using: &random) else { break }
      let mutated = mutate(request, &random)
      try judge(try await bed.bed.session.step(mutated.bytes, isRecorded: false), to: mutated.bytes, rehearsal)
    }
    return "\(bed.bed.settings.mutations) requests"
  }

  /// Texts that are no JSON.
  @Sendable private static func bytes(_ bed: TypeBed) async throws -> String {
    let requests = try await requests(bed)
    var random = SeededGenerator(seed: bed.bed.settings.seed &+ 3)
    let rehearsal = bed.rehearsal(ReplayCloud(bed.cassette))
    for _ in 0..<bed.bed.settings.mutations {
      guard var bytes = requests.randomElement(using: &random)?.bytes else { break }
      if Bool.random(using: &random) {
        bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
      } else {
        for _ in 0..<Int.random(in: 1...8, using: &random) {
          bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
      }
      try judge(try await bed.bed.session.step(bytes, isRecorded: false), to: bytes, rehearsal)
    }
    return "\(bed.bed.settings.mutations) requests"
  }

  private static func requests(_ bed: TypeBed) async throws -> [JSON] {
    try await PurityChecks.conversation(bed).compactMap { try? JSON.parse($0.request) }
  }

  private static func judge(_ answer: [UInt8], to request: [UInt8], _ rehearsal: Rehearsal) throws {
    guard let json = try? JSON.parse(answer) else {
      throw Finding.fail("the answer is not JSON: \(PurityChecks.text(answer))\nrequest: \(PurityChecks.text(request))", remedy: "answer `fail` with bad_request")
    }
    do throws(AnswerFormatError) { _ = try StepAnswer(json: json) } catch {
      throw Finding.fail("\(error): \(PurityChecks.text(answer))\nrequest: \(PurityChecks.text(request))", remedy: "answer `fail` with bad_request")
    }
  }
}

extension JSON {
  /// The value with one to three places changed.
  fileprivate func mutated(using random: inout SeededGenerator) -> JSON {
    var value = self
    for _ in 0..<Int.random(in: 1...3, using: &random) { value = value.mutatedOnce(using: &random) }
    return value
  }

  private func mutatedOnce(using random: inout SeededGenerator) -> JSON {
    // Deeper with some luck, so that every level is reached.
    switch self {
    case .object(var members) where !members.isEmpty && Int.random(in: 0..<6, using: &random) > 0:
      guard let key = members.keys.sorted().randomElement(using: &random) else { return self }
      if Int.random(in: 0..<8, using: &random) == 0 {
        members[key] = nil
      } else {
        members[key] = members[key]?.mutatedOnce(using: &random)
      }
      return .object(members)
    case .array(var elements) where !elements.isEmpty && Int.random(in: 0..<6, using: &random) > 0:
      let index = Int.random(in: elements.indices, using: &random)
      switch Int.random(in: 0..<8, using: &random) {
      case 0: elements.remove(at: index)
      case 1: elements.append(elements[index])
      default: elements[index] = elements[index].mutatedOnce(using: &random)
      }
      return .array(elements)
    default: return Self.strange.randomElement(using: &random) ?? .null
    }
  }

  /// Values that code forgets.
  fileprivate static let strange: [JSON] = [
    .null, true, false, 0, -1, .int(.max), .int(.min), 1e308, "", "\u{0}", "🦆", .string(String(repeating: "a", count: 70_000)), [], [:],
    [.null], ["": ""], ["$secret": "x"], ["$concat": [["$token": "k"]]], .string("../../etc"), "%s%n",
  ]
}
