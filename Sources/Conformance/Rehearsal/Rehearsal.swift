internal import Contract
internal import JSON

/// The operations of one thing, run as the host's engine runs them, with every answer held against the contract. Effects go to
/// `cloud`; nothing is stored.
struct Rehearsal {
  /// What is known of the thing.
  struct Thing: Hashable, Sendable {
    var id: String?
    var properties: JSON = .null
    var attributes: JSON = .null
    var state: JSON = .null
  }

  let manifest: Manifest
  let provision: Provision
  let session: DriverSession
  var cloud: any Cloud
  var name: String
  var tags: [String: String]
  var desired: JSON
  /// Before an update: the properties that were wanted before.
  var previous: JSON = .null
  var config: JSON
  var now: Int64
  var thing = Thing()
  /// The effects that the last operation asked for, in order.
  private(set) var effects: [EffectRequest] = []
  /// How the driver ended the last operation that it did end.
  private(set) var completion: Completion?
  /// What the driver answered right after the interference.
  private(set) var answerToInterference: StepAnswer?

  /// What a driver may do at most (plugin-contract.md, "An answer").
  private static let mostEffects = 256
  private static let mostMutations = 32
  private static let largestState = 65_536
  /// More than that is waiting without end.
  private static let mostRepeats = 100

  init(manifest: Manifest, provision: Provision, session: DriverSession, cassette: Cassette, cloud: any Cloud) {
    self.manifest = manifest
    self.provision = provision
    self.session = session
    self.cloud = cloud
    name = cassette.name
    tags = cassette.tags
    desired = cassette.desired
    config = cassette.config
    now = cassette.now
  }

  /// Whether the op may change the cloud.
  private static func mayMutate(_ op: String) -> Bool { op == "create" || op == "update" || op == "delete" || op.hasPrefix("action:") }

  /// The request of the first step of an op.
  func request(_ op: String, awaiting: String? = nil, input: JSON = .null, history: [HistoryEntry] = []) -> StepRequest {
    StepRequest(
      op: op, type: provision.type, operation: "op-check", awaiting: awaiting, name: name, tags: tags, now: now, desired: desired,
      previous: op == "update" ? previous : .null,
      current: [
        "id": thing.id.map { .string($0) } ?? .null, "properties": thing.properties, "attributes": thing.attributes,
        "state": thing.state,
      ], input: input, config: config, history: history)
  }

  /// One step, with the answer held against its format.
  func step(_ request: StepRequest) async throws -> StepAnswer {
    let bytes = try await session.step(request.json.bytes)
    let text = String(decoding: bytes, as: UTF8.self)
    guard !text.contains(ReplayCloud.canary) else {
      throw Finding.fail(
        "\(request.op): a secret of the cloud's answer stands in the driver's answer: \(text)",
        remedy: "name the secret's place in `secrets` of the call in manifest.json, so that the driver only sees its handle", .secret)
    }
    let json: JSON
    do throws(JSONSyntaxError) { json = try JSON.parse(bytes) } catch {
      throw Finding.fail("\(request.op): the answer is not JSON: \(error.message): \(text)", remedy: "write one JSON object")
    }
    do throws(AnswerFormatError) { return try StepAnswer(json: json) } catch {
      throw Finding.fail("\(request.op): \(error): \(text)", remedy: "see docs/plugin-contract.md, \"An answer\"")
    }
  }

  /// Runs one op to its end.
  mutating func run(
    _ op: String, awaiting: String? = nil, input: JSON = .null, interference: Interference = .none
  ) async throws -> Conclusion {
    let told = request(op, awaiting: awaiting, input: input)
    var history: [HistoryEntry] = []
    var texts = KnownTexts(name: name, recorded: thing.id)
    texts.insert(desired)
    var (mutations, repeats, isAfterInterference) = (0, 0, false)
    effects = []
    answerToInterference = nil
    while true {
      var request = told
      request.history = history
      let answer = try await step(request)
      if isAfterInterference {
        answerToInterference = answer
        isAfterInterference = false
      }
      guard repeats < Self.mostRepeats else {
        throw Finding.fail("\(op): asked to be called again \(repeats) times", remedy: "come to an end when the cloud's answer does not change")
      }
      switch answer.outcome {
      case .effect(let effect, let known):
        try take(known, texts, op)
        let call = try allowed(effect, op, mutations)
        mutations += call.mutates ? 1 : 0
        let number = effects.count
        effects.append(effect)
        let (outcome, isDisturbed) = try await perform(effect, call, number, interference)
        guard let outcome else { return .held }
        isAfterInterference = isDisturbed
        if case .result(_, let headers, let body) = outcome {
          texts.insert(body)
          texts.insert(.object(headers.mapValues { .string($0) }))
        }
        history.append(HistoryEntry(digest: effect.digest, outcome: outcome))
        if case .stop(number) = interference { return .stopped }
      case .retry(let milliseconds, _, let fromStart):
        repeats += 1
        if fromStart { history = [] } else { _ = history.popLast() }
        try await cloud.wait(milliseconds: milliseconds)
      case .done(let completion):
        try take(StepAnswer.Known(id: completion.id, attributes: completion.attributes, state: completion.state), texts, op)
        if let properties = completion.properties { thing.properties = properties }
        self.completion = completion
        try check(completion, op)
        return .done(completion.status)
      case .fail(let failure) where failure.code.isTransient:
        repeats += 1
        // A cassette does not get better by itself: what is transient without an interference is an end.
        guard repeats < 5 else { return .failed(failure.code, failure.message) }
        _ = history.popLast()
        try await cloud.wait(milliseconds: 500)
      case .fail(let failure): return .failed(failure.code, failure.message)
      }
    }
  }

  /// Reads until the thing is where it is to be.
  mutating func settle(awaiting: String) async throws -> Conclusion {
    for _ in 0..<Self.mostRepeats {
      let conclusion = try await run("read", awaiting: awaiting)
      guard case .done(.pending) = conclusion else {
        // A thing on its way out is there until it is not.
        guard awaiting == "delete", case .done(.ready) = conclusion else { return conclusion }
        try await cloud.wait(milliseconds: 500)
        continue
      }
      try await cloud.wait(milliseconds: 500)
    }
    throw Finding.fail("read (\(awaiting)) is pending for ever", remedy: "the cassette must lead to the end, and the driver must see it")
  }

  /// Does the effect, unless it is the one that is interfered with. No outcome: the host would hold the operation.
  private mutating func perform(
    _ effect: EffectRequest, _ call: Call, _ number: Int, _ interference: Interference
  ) async throws -> (HistoryEntry.Outcome?, isDisturbed: Bool) {
    switch interference {
    case .answer(let answer, number):
      return (.result(status: answer.status, headers: answer.headers, body: answer.body), true)
    case .lost(let isDone, number):
      if isDone { _ = try await cloud.perform(effect, call: call) }
      if call.mutates, call.repeating == .unsafe { return (nil, false) }
      if call.mutates, call.repeating == .check { return (.lost, true) }
      // The host sends the same bytes again.
      fallthrough
    default:
      let answer = try await cloud.perform(effect, call: call)
      return (.result(status: answer.status, headers: answer.headers, body: answer.body), false)
    }
  }

  private func allowed(_ effect: EffectRequest, _ op: String, _ mutations: Int) throws -> Call {
    guard let call = manifest.endpoints[effect.endpoint]?.calls[effect.call] else {
      throw Finding.fail(
        "\(op) asks for \(effect.endpoint) \(effect.call), which the manifest does not list",
        remedy: "add the call to `endpoints` of manifest.json, or do not ask for it")
    }
    guard !op.hasPrefix("expand-") else {
      throw Finding.fail("\(op) asks for \(effect.call)", remedy: "an expansion is made of its input alone: ask for no effect")
    }
    guard !call.mutates || Self.mayMutate(op) else {
      throw Finding.fail("\(op) asks for \(effect.call), which changes the cloud", remedy: "only create, update, delete and actions may change something")
    }
    guard effects.count < Self.mostEffects, !call.mutates || mutations < Self.mostMutations else {
      throw Finding.fail(
        "\(op) asks for more than \(Self.mostMutations) changes or \(Self.mostEffects) effects", remedy: "come to an end, or split the type")
    }
    return call
  }

  private mutating func take(_ known: StepAnswer.Known, _ texts: KnownTexts, _ op: String) throws {
    if let id = known.id, id != thing.id {
      guard texts.cover(id) else {
        throw Finding.fail(
          "\(op) reports the id '\(id)', which is neither the name nor a text of the properties or of the cloud's answers",
          remedy: "take the id from an answer; widen the effect's `select` when it is cut away")
      }
      thing.id = id
    }
    if let attributes = known.attributes {
      try AttributeCheck(provision.schema).check(attributes, op)
      thing.attributes = attributes
    }
    if let state = known.state {
      guard state.text.utf8.count <= Self.largestState else {
        throw Finding.fail("\(op) keeps a state of \(state.text.utf8.count) bytes", remedy: "keep at most \(Self.largestState)")
      }
      thing.state = state
    }
  }

  private func check(_ completion: Completion, _ op: String) throws {
    switch (op, completion.status) {
    case ("create", .ready), ("create", .pending), ("update", .ready), ("update", .pending):
      guard thing.id != nil || provision.kind != .resource else {
        throw Finding.fail("\(op) is \(completion.status.rawValue) and names no id", remedy: "return the id that the cloud gave")
      }
    case ("create", _), ("update", _):
      throw Finding.fail("\(op) ends as \(completion.status.rawValue)", remedy: "end as ready or pending, or fail with a code")
    case ("delete", .ready), ("delete", .failed):
      throw Finding.fail("delete ends as \(completion.status.rawValue)", remedy: "end as absent or pending, or fail with a code")
    case ("read", .ready):
      guard thing.id != nil || provision.kind != .resource else {
        throw Finding.fail("read is ready and names no id", remedy: "return the id of what was found")
      }
    case (let op, let status) where op.hasPrefix("expand-"):
      guard status == .ready, completion.fragment?["Resources"]?.object != nil else {
        throw Finding.fail("\(op) makes no fragment with \"Resources\"", remedy: "see docs/plugin-contract.md, \"Operations\"")
      }
    default: break
    }
  }
}
