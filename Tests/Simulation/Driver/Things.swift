internal import JSON
internal import PluginKit

/// The operations of one class of things.
struct Things: Sendable {
  let kind: IdentityClass
  /// What this version of the driver sends beside the rest when it makes something.
  let stamp: JSON?
  /// How often a change is asked for of which nobody knows the outcome, before the operation fails.
  private static let mostTries = 8

  var handlers: TypeHandlers {
    var operations: [String: Handler] = ["create": create, "read": read, "delete": delete, "list": list]
    if kind != .waiting {
      operations["update"] = update
      operations["action:restart"] = restart
    }
    return TypeHandlers("Sim::Cloud::\(kind.word)", operations)
  }

  // MARK: - Operations

  @Sendable private func create(_ step: Step) throws -> Done {
    let (thing, isNew) = try make(step)
    step.report(id: thing.id)
    if !isNew, let text = step.desired["Text"]?.scalarText, thing.text != text { _ = try put(step, thing.id) }
    for number in 0..<(step.desired["Parts"]?.int ?? 0) where !thing.parts.contains("part-\(number)") {
      try addPart(step, to: thing.id, "part-\(number)")
    }
    return .pending(id: thing.id, nextMilliseconds: pause)
  }

  @Sendable private func read(_ step: Step) throws -> Done {
    guard let thing = try find(step) else { return .absent }
    switch thing.state {
    case "pending": return .pending(id: thing.id, nextMilliseconds: pause)
    case "failed" where step.awaiting != "delete": return .failed("the cloud could not provision \(thing.id)", id: thing.id, attributes: attributes(thing))
    default: return .ready(id: thing.id, attributes: attributes(thing), properties: thing.properties)
    }
  }

  @Sendable private func update(_ step: Step) throws -> Done {
    guard let id = try step.current.id ?? find(step)?.id else { throw gone(step) }
    return .pending(id: try put(step, id).id, nextMilliseconds: pause)
  }

  @Sendable private func delete(_ step: Step) throws -> Done {
    // Another's thing may have the name of one that is gone; other ids are never given twice.
    let recorded = kind.isNamed ? nil : step.current.id
    guard let id = try recorded ?? find(step)?.id else { return .absent }
    let reply = try step.call(Effect("sim", "Delete\(kind.word)", path: ["id": .string(id)]))
    switch reply.status {
    case 200..<300, 404: return .absent
    // Something depends on it, and may be gone soon.
    case 409: throw Failure(.busy, reply.body["message"]?.string ?? "\(id) cannot be deleted now")
    default: throw step.refusal(reply, "Delete\(kind.word)")
    }
  }

  @Sendable private func restart(_ step: Step) throws -> Done {
    guard let thing = try find(step) else { throw gone(step) }
    for _ in 0..<Self.mostTries {
      switch try step.change("Restart\(kind.word)", ["token": step.token("restart")], path: ["id": .string(thing.id)]) {
      case .done, .exists: return .pending(id: thing.id, nextMilliseconds: pause)
      case .missing: throw gone(step)
      case .unknown:
        guard let now = try find(step) else { throw gone(step) }
        if now.restarts > thing.restarts { return .pending(id: thing.id, nextMilliseconds: pause) }
      }
    }
    throw unknown("Restart\(kind.word)")
  }

  @Sendable private func list(_ step: Step) throws -> Done {
    let tags = (step.input["tags"]?.object ?? [:]).compactMapValues(\.string)
    let page = try page(step, tags, cursor: step.input["cursor"]?.string)
    let items = (page["items"]?.array ?? []).map { JSON.object(["id": $0["id"] ?? .null, "tags": $0["tags"] ?? [:]]) }
    return .items(items, cursor: page["next"]?.string)
  }

  // MARK: - Making

  /// The thing, made or found, and whether it is as it was asked for.
  private func make(_ step: Step) throws -> (Thing, isNew: Bool) {
    // A token is good for one operation, so what an earlier one made is looked for; so is what another version of this driver made.
    if step.current.id != nil || kind == .token || kind == .tagged, let found = try find(step) { return (found, false) }
    var body: [String: JSON] = ["name": .string(step.name), "tags": .object(step.tags.mapValues { .string($0) }), "properties": properties(step)]
    if kind == .token { body["token"] = step.token("create") }
    if let stamp { body["stamp"] = stamp }
    for _ in 0..<Self.mostTries {
      switch try step.change("Create\(kind.word)", .object(body)) {
      case .done(let json): return (try Thing(json), true)
      case .missing: throw Failure(.internal, "the cloud knows no things of the class \(kind.rawValue)")
      case .exists:
        guard kind.isNamed else { throw Failure(.exists, "\(step.name) exists and was deleted again") }
        return (try own(step), false)
      case .unknown:
        switch kind {
        // Asked again it has no second effect.
        case .named, .waiting: throw Failure(.unavailable, "nobody knows whether \(step.name) was made; it is asked for again")
        // Outside of its window a token is forgotten, so the thing is looked for.
        case .tagged, .token: if let found = try find(step) { return (found, false) }
        case .plain: throw Failure(.internal, "nobody knows whether \(step.name) was made, and it must not be asked for twice: look into the account")
        }
      }
    }
    throw unknown("Create\(kind.word)")
  }

  /// The thing that has the name already, if it is ours.
  private func own(_ step: Step) throws -> Thing {
    guard let json = try step.ask("Read\(kind.word)", path: ["id": .string(step.name)]) else {
      throw Failure(.conflict, "\(step.name) existed a moment ago; try again")
    }
    let thing = try Thing(json)
    guard thing.isOwned(by: step) else {
      throw Failure(.exists, "a thing named \(step.name) exists that cld did not make for this resource; choose another name")
    }
    return thing
  }

  private func addPart(_ step: Step, to id: String, _ name: String) throws {
    let call = "Part\(kind.word)"
    for _ in 0..<Self.mostTries {
      switch try step.change(call, ["name": .string(name), "token": step.token(name)], path: ["id": .string(id)]) {
      case .done, .exists: return
      case .missing: throw gone(step)
      case .unknown where kind == .named || kind == .token: throw Failure(.unavailable, "nobody knows whether \(name) was added; it is asked for again")
      case .unknown:
        guard let json = try step.ask("Read\(kind.word)", path: ["id": .string(id)]) else { throw gone(step) }
        if try Thing(json).parts.contains(name) { return }
      }
    }
    throw unknown(call)
  }

  private func put(_ step: Step, _ id: String) throws -> Thing {
    let call = "Update\(kind.word)"
    let wanted = properties(step)
    // A rollback is of the same operation and asks for other properties, so these are part of what the token is for.
    let body: JSON = ["properties": wanted, "token": step.token("put \(wanted.text)")]
    for _ in 0..<Self.mostTries {
      switch try step.change(call, body, path: ["id": .string(id)]) {
      case .done(let json): return try Thing(json)
      case .missing: throw gone(step)
      case .exists: throw Failure(.conflict, "\(id) cannot be changed now")
      case .unknown where kind != .plain: throw Failure(.unavailable, "nobody knows whether \(id) was changed; it is asked for again")
      case .unknown:
        guard let json = try step.ask("Read\(kind.word)", path: ["id": .string(id)]) else { throw gone(step) }
        if json["properties"] == wanted { return try Thing(json) }
      }
    }
    throw unknown(call)
  }

  // MARK: - Finding

  /// The thing by its recorded id, else by what its class is found by; nil when it is not there or not ours.
  private func find(_ step: Step) throws -> Thing? {
    if let id = step.current.id ?? (kind.isNamed ? step.name : nil) {
      guard let json = try step.ask("Read\(kind.word)", path: ["id": .string(id)]) else { return nil }
      let thing = try Thing(json)
      return thing.isOwned(by: step) ? thing : nil
    }
    guard kind != .plain else { return nil }
    var cursor: String?
    repeat {
      let page = try page(step, step.tags, cursor: cursor)
      for item in page["items"]?.array ?? [] {
        let thing = try Thing(item)
        if thing.isOwned(by: step) { return thing }
      }
      cursor = page["next"]?.string
    } while cursor != nil
    return nil
  }

  private func page(_ step: Step, _ tags: [String: String], cursor: String?) throws -> JSON {
    var query: [String: JSON] = ["tag": .array(tags.sorted { $0.key < $1.key }.map { .string("\($0.key)=\($0.value)") })]
    if let cursor { query["cursor"] = .string(cursor) }
    return try step.ask("List\(kind.word)", query: query) ?? [:]
  }

  // MARK: - Words

  private func properties(_ step: Step) -> JSON {
    .object((step.desired.object ?? [:]).filter { ["Text", "Kind", "Of"].contains($0.key) })
  }

  private func attributes(_ thing: Thing) -> JSON {
    ["Address": .string("sim://\(kind.rawValue)/\(thing.id)"), "Revision": .int(thing.revision)]
  }

  private var pause: Int { kind == .waiting ? 30_000 : 100 }

  private func gone(_ step: Step) -> Failure { Failure(.notFound, "\(step.current.id ?? step.name) is not there") }

  private func unknown(_ call: String) -> Failure {
    Failure(.conflict, "\(call) was asked for \(Self.mostTries) times, and nobody knows what became of it")
  }
}
