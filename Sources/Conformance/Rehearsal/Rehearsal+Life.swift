internal import Contract
internal import JSON

/// What tests do with a thing, with the end that each must have.
extension Rehearsal {
  /// Creates the thing and waits until it is ready.
  mutating func make(_ interference: Interference = .none) async throws {
    let conclusion = try await run("create", interference: interference)
    guard case .done = conclusion else { throw unexpected("create", conclusion, "must end as ready or pending") }
    let end = try await settle(awaiting: "create")
    guard end == .done(.ready) else { throw unexpected("read after create", end, "must find the thing and become ready") }
  }

  /// Deletes the thing and waits until it is gone.
  mutating func remove(_ interference: Interference = .none) async throws {
    switch try await run("delete", input: ["final_snapshot": false], interference: interference) {
    case .done(.absent), .failed(.notFound, _): return
    case .done: break
    case let conclusion: throw unexpected("delete", conclusion, "must end as absent or pending")
    }
    let end = try await settle(awaiting: "delete")
    guard end == .done(.absent) else { throw unexpected("read after delete", end, "must end as absent") }
  }

  /// Makes these the properties that are wanted, as the host does before an update.
  mutating func want(_ properties: JSON) {
    previous = desired
    desired = properties
  }

  /// Changes the thing to the wanted properties and waits until it is ready. It stays the same thing.
  mutating func change(_ interference: Interference = .none) async throws {
    let id = thing.id
    switch try await run("update", interference: interference) {
    case .done: break
    // The host asks a person, who lets the update go on.
    case .held: return try await change()
    case let conclusion: throw unexpected("update", conclusion, "must end as ready or pending")
    }
    let end = try await settle(awaiting: "update")
    guard end == .done(.ready) else { throw unexpected("read after update", end, "must become ready") }
    guard thing.id == id else {
      throw Finding.fail(
        "update changed the id from \(id ?? "-") to \(thing.id ?? "-")",
        remedy: "change the thing in place; what cannot be changed so belongs into createOnlyProperties")
    }
  }

  /// The places of the effects of the last operation that change something.
  var changes: [Int] {
    effects.indices.filter { manifest.endpoints[effects[$0].endpoint]?.calls[effects[$0].call]?.mutates == true }
  }

  /// Looks by identity alone, as the host does when it does not know an id. Nothing may be there.
  mutating func expectNothing(_ when: String) async throws {
    thing = Thing()
    let end = try await run("read", awaiting: "refresh")
    guard end == .done(.absent) else { throw unexpected("read without an id \(when)", end, "must end as absent") }
  }

  /// Does an action and waits until the thing is where it leads.
  mutating func act(_ action: String, input: JSON) async throws {
    let conclusion = try await run(action, input: input)
    guard case .done(let status) = conclusion, status == .ready || status == .pending else {
      throw unexpected(action, conclusion, "must end as ready or pending")
    }
    let end = try await settle(awaiting: action)
    guard end == .done(.ready) else { throw unexpected("read after \(action)", end, "must become ready") }
  }

  /// Brings a thing that is ready to where an action may start.
  mutating func prepare(for action: String) async throws {
    let actions = provision.schema?.actions ?? [:]
    let from = actions[String(action.dropFirst("action:".count))]?.from ?? []
    let status = thing.attributes["Status"]?.string ?? ""
    guard !from.isEmpty, !from.contains(status) else { return }
    guard let first = actions.filter({ from.contains($0.value.to) }).keys.min() else {
      throw Finding.skip("the thing is \(status), and no action leads to \(from.joined(separator: ", "))")
    }
    try await act("action:\(first)", input: .null)
  }

  func unexpected(_ what: String, _ conclusion: Conclusion, _ must: String) -> Finding {
    let asked = effects.map { "\($0.endpoint) \($0.call)" }.joined(separator: ", ")
    return .fail("\(what) \(conclusion.words)\(asked.isEmpty ? "" : "; it asked for \(asked)")", remedy: "it \(must)")
  }
}

extension Conclusion {
  /// The end, as the end of a sentence.
  var words: String {
    switch self {
    case .done(let status): "ended as \(status.rawValue)"
    case .failed(let code, let message): "failed with \(code.rawValue): \(message)"
    case .stopped: "was stopped"
    case .held: "is held"
    }
  }
}
