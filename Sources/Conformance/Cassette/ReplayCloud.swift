internal import Contract
internal import Effects
internal import JSON

/// The kit's own small cloud: it answers from a cassette, the same in every run.
struct ReplayCloud: Cloud {
  /// What every secret of an answer starts with: no driver may ever show it.
  static let canary = "canary-4f1c-"

  let cassette: Cassette
  /// The names under which the driver knows things, when they are not the cassette's own.
  var renaming = Renaming()
  /// The state in which the cloud is.
  private(set) var state = Cassette.start
  private var given: [Int: Int] = [:]

  init(_ cassette: Cassette, renaming: Renaming = Renaming()) {
    self.cassette = cassette
    self.renaming = renaming
  }

  mutating func perform(_ effect: EffectRequest, call: Call) async throws -> Cassette.Answer {
    let request = renaming.canonical(effect.canonical)
    let exchanges = cassette.states[state] ?? []
    guard
      let index = exchanges.firstIndex(where: { $0.endpoint == effect.endpoint && $0.call == effect.call && $0.request == request })
    else {
      throw Finding.fail(
        "\(cassette.file): the state \"\(state)\" has no answer to \(effect.endpoint) \(effect.call) \(request.text)",
        remedy: "add the exchange to the cassette, or record it again with --endpoint URL --record", .notRecorded)
    }
    let exchange = exchanges[index]
    let count = given[index, default: 0]
    let answer = exchange.answers[min(count, exchange.answers.count - 1)]
    given[index] = count + 1
    if let next = exchange.next, next != state {
      state = next
      given = [:]
    }
    let body = try SecretLifting.lift(body: answer.body.withCanaries, at: call.secrets) { canary in
      String(canary.dropFirst(Self.canary.count))
    }
    return Cassette.Answer(status: answer.status, headers: answer.headers, body: renaming.live(body))
  }

  /// Nothing: a cassette has no time.
  func wait(milliseconds: Int) async throws {}
}

extension JSON {
  /// The answer as the wire would have it: a canary in the place of each secret. What the manifest's `secrets` do not lift out stays.
  fileprivate var withCanaries: JSON {
    switch self {
    case .array(let elements): return .array(elements.map(\.withCanaries))
    case .object(let members):
      if members.count == 1, let mark = members["$secret"]?.string { return .string(ReplayCloud.canary + mark) }
      return .object(members.mapValues(\.withCanaries))
    default: return self
    }
  }
}
