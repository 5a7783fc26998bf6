internal import Contract
internal import Effects
internal import JSON

/// A live service, for one thing while a cassette is recorded. The driver sees the cassette's names and ids, the service its own.
struct LiveCloud: Cloud {
  let recorder: Recorder
  var renaming: Renaming
  /// Whether what is asked enters the cassette; tidying up does not.
  var isRecorded = true
  private var state = Cassette.start
  private var visits: [JSON: Int] = [:]

  init(recorder: Recorder, renaming: Renaming) {
    self.recorder = recorder
    self.renaming = renaming
  }

  mutating func perform(_ effect: EffectRequest, call: Call) async throws -> Cassette.Answer {
    let answer = try await recorder.send(try EffectRequest(json: renaming.live(effect.json)), call)
    let seen = Cassette.Answer(status: answer.status, headers: answer.headers, body: renaming.canonical(answer.body))
    guard isRecorded else { return seen }
    let key: JSON = [.string(state), .string(effect.endpoint), .string(effect.call), effect.canonical]
    let visit = visits[key, default: 0]
    visits[key] = visit + 1
    let noted = await recorder.note(state, effect, visit: visit, seen, mutates: call.mutates)
    // The difference was seen after the names were made the cassette's: an id may hold the name.
    let known = renaming
    for (canonical, other) in noted.aliases { renaming.add(canonical: canonical, live: known.live(.string(other)).string ?? other) }
    if let next = noted.next { state = next }
    return noted.answer
  }

  func wait(milliseconds: Int) async throws { try await Task.sleep(for: .milliseconds(min(milliseconds, 300))) }
}
