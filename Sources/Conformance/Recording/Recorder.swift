internal import Contract
internal import Effects
internal import JSON
internal import Plugins

/// Builds the states of one cassette from what a live service answers. Every thing is made under a name of its own; what an earlier
/// one was answered stands in the cassette, and the names and ids of later ones are taken for the first one's.
actor Recorder {
  private let cassette: Cassette
  private let manifest: Manifest
  private let performer: EffectPerformer
  private let context: CloudContext
  private var things = 0
  private(set) var states: [String: [Cassette.Exchange]] = [Cassette.start: []]
  /// The states in the order in which they were reached.
  private var order = [Cassette.start]

  /// Where the live service is, in the variables of the client that the effects are done for.
  private static let endpointVariable = "CLD_CHECK_ENDPOINT"
  /// The end of the texts of an identity that recording counts up.
  static let counter = "0000"

  init(cassette: Cassette, manifest: Manifest, endpoint: String) {
    self.cassette = cassette
    var manifest = manifest
    for key in manifest.endpoints.keys { manifest.endpoints[key]?.overrides = [Self.endpointVariable] }
    self.manifest = manifest
    let http = HTTPClient()
    performer = EffectPerformer(http: http)
    let region = cassette.config["region"]?.string ?? "eu-west-1"
    let account = cassette.config["account"]?.string ?? "123456789012"
    // Emulators take any credentials; some take the key for the account.
    let environment = ClientEnvironment(variables: [
      Self.endpointVariable: endpoint, "AWS_ACCESS_KEY_ID": account, "AWS_SECRET_ACCESS_KEY": "dummy", "AWS_REGION": region,
    ])
    context = CloudContext(
      environment: environment, region: region, account: account, credentials: CredentialProvider(environment: environment, http: http))
  }

  /// The cloud for one more thing.
  func cloud() throws -> LiveCloud {
    things += 1
    let number = String(String(10_000 + things).dropFirst())
    var renaming = Renaming()
    for text in [cassette.name] + cassette.tags.values where text.hasSuffix(Self.counter) {
      renaming.add(canonical: text, live: text.dropLast(Self.counter.count) + number)
    }
    return LiveCloud(recorder: self, renaming: renaming)
  }

  /// Deletes what a rehearsal has made.
  nonisolated func clean(_ rehearsal: inout Rehearsal) async {
    guard rehearsal.provision.kind == .resource, var cloud = rehearsal.cloud as? LiveCloud else { return }
    cloud.isRecorded = false
    rehearsal.cloud = cloud
    do { try await rehearsal.remove() } catch { Console.note("cleaning up after \(rehearsal.provision.type): \(error)") }
  }

  /// Sends an effect to the live service.
  func send(_ effect: EffectRequest, _ call: Call) async throws -> Cassette.Answer {
    guard let endpoint = manifest.endpoints[effect.endpoint] else { throw Finding.fail("no endpoint \(effect.endpoint)", remedy: "") }
    // The token of an identity and of nothing else: somebody else's tags, or another driver's text, make another.
    let salt = "\(cassette.type)|\(things)|\(effect.canonical.text)|"
    let marks = Marks()
    let outcome = await performer.perform(
      effect, endpoint: endpoint, endpointKey: effect.endpoint, context: context,
      evaluator: ExpressionEvaluator(secret: { _ in "Kit-secret-1x" }, token: { String(LibrarySnapshot.sha256(Array((salt + $0).utf8)).prefix(32)) }),
      keepSecret: { _ in await marks.next() })
    switch outcome {
    case .answer(let answer):
      let headers = answer.headers.filter { ["location", "x-amzn-errortype", "retry-after", "etag"].contains($0.key) }
      return Cassette.Answer(status: answer.status, headers: headers, body: answer.selected)
    case .lost(let reason), .notSent(let reason), .refused(let reason), .unauthenticated(let reason):
      throw Finding.fail("\(effect.endpoint) \(effect.call): \(reason)", remedy: "see whether the emulator runs and knows the call")
    }
  }

  /// Takes an answer into the cassette, or finds what stands there already.
  /// - Returns: what the driver is to see, the state after it, and the pairs of texts in which the two things differ.
  func note(
    _ state: String, _ effect: EffectRequest, visit: Int, _ seen: Cassette.Answer, mutates: Bool
  ) -> (answer: Cassette.Answer, next: String?, aliases: [(String, String)]) {
    var exchanges = states[state] ?? []
    let request = effect.canonical
    guard let index = exchanges.firstIndex(where: { $0.endpoint == effect.endpoint && $0.call == effect.call && $0.request == request }) else {
      let next = mutates && (200..<300).contains(seen.status) ? newState(effect.call) : nil
      exchanges.append(Cassette.Exchange(endpoint: effect.endpoint, call: effect.call, request: request, answers: [seen], next: next))
      states[state] = exchanges
      return (seen, next, [])
    }
    let answers = exchanges[index].answers
    let known = answers[min(visit, answers.count - 1)]
    let difference = Difference(known.body, seen.body)
    if known.status == seen.status, difference.isOnlyNames || visit < answers.count {
      return (known, exchanges[index].next, difference.aliases)
    }
    if visit >= answers.count {
      exchanges[index].answers.append(seen)
      states[state] = exchanges
      return (seen, exchanges[index].next, [])
    }
    Console.note("\(effect.call) was answered with \(known.status) before and with \(seen.status) now, in the state \"\(state)\"")
    return (known, exchanges[index].next, [])
  }

  private func newState(_ call: String) -> String {
    var name = "after \(call)"
    var number = 1
    while states[name] != nil {
      number += 1
      name = "after \(call) \(number)"
    }
    states[name] = []
    order.append(name)
    return name
  }

  /// The states, with those that cannot be told apart made one.
  func merged() -> [String: [Cassette.Exchange]] { StateMerge(states: states, order: order).merged() }

  /// Names of the secrets of one answer.
  private actor Marks {
    private var count = 0
    func next() -> String {
      count += 1
      return "secret-\(count)"
    }
  }
}

/// How two answers differ that should be the same but for the names of what they tell of.
struct Difference {
  private(set) var aliases: [(String, String)] = []
  private(set) var isOnlyNames = true

  init(_ known: JSON, _ seen: JSON) { compare(known, seen) }

  private mutating func compare(_ known: JSON, _ seen: JSON) {
    switch (known, seen) {
    case (.string(let one), .string(let other)) where one != other:
      // An id or a time has a digit and some length; a word such as a state has not.
      if [one, other].allSatisfy({ $0.utf8.count >= 6 && $0.contains(where: \.isNumber) }) {
        aliases.append((one, other))
      } else {
        isOnlyNames = false
      }
    case (.array(let ones), .array(let others)) where ones.count == others.count:
      for (one, other) in zip(ones, others) { compare(one, other) }
    case (.object(let ones), .object(let others)) where ones.keys == others.keys:
      for (key, one) in ones { if let other = others[key] { compare(one, other) } }
    default:
      if known == seen { return }
      // Seconds since 1970.
      if let one = known.double, let other = seen.double, min(one, other) > 1e9 { return }
      isOnlyNames = false
    }
  }
}
