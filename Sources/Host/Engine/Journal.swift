internal import Contract
internal import JSON
internal import Store

/// The effects of one op of one operation on one resource: what the store has, and what is still to be written.
struct Journal {
  private var entries: [EffectRecord] = []
  /// The places of entries that changed since the last commit.
  private var dirty: Set<Int> = []
  private var dropped: [EffectRecord] = []
  private var sealedSecrets: [(handle: String, sealed: [UInt8])] = []
  private var nextSeq = 0
  /// Text that the cloud answered in this run, for the check of ids; selected bodies in `entries` beside it.
  private var seen: [JSON] = []
  /// The part of `seen` that calls answered which change the cloud: what they name was made, or changed, by us.
  private var seenOfMutations: [JSON] = []
  private var lastWritten: ResourceRecord?
  private var lastReason: String?

  private let operationID: String
  private let resourceID: String
  private let op: String
  private let isStored: Bool

  /// Reads what the store has of the op.
  static func load(_ runner: StepRunner, _ resource: ResourceRecord) async throws -> Journal {
    let isStored = runner.op == "create" || runner.op == "update" || runner.op == "delete" || runner.op.hasPrefix("action:")
    var journal = Journal(operationID: runner.operation.id, resourceID: resource.id, op: runner.op, isStored: isStored)
    journal.lastWritten = resource
    guard isStored else { return journal }
    let (operationID, resourceID, op) = (runner.operation.id, resource.id, runner.op)
    (journal.entries, journal.nextSeq) = try await runner.context.store.read { transaction in
      (
        try transaction.effects(operationID: operationID, resourceID: resourceID, op: op),
        (try transaction.lastEffectSeq(operationID: operationID, resourceID: resourceID, op: op) ?? -1) + 1
      )
    }
    return journal
  }

  private init(operationID: String, resourceID: String, op: String, isStored: Bool) {
    self.operationID = operationID
    self.resourceID = resourceID
    self.op = op
    self.isStored = isStored
  }

  /// What the driver is told.
  var history: [HistoryEntry] {
    entries.compactMap { entry in
      let digest = entry.request["digest"]?.string ?? ""
      switch entry.status {
      case .lost: return HistoryEntry(digest: digest, outcome: .lost)
      case .intent, .dropped: return nil
      case .result:
        let result = entry.result ?? .null
        return HistoryEntry(
          digest: digest,
          outcome: .result(
            status: Int(result["status"]?.int ?? 0),
            headers: (result["headers"]?.object ?? [:]).compactMapValues(\.string), body: result["body"] ?? .null))
      }
    }
  }

  var count: Int { entries.count }
  var mutations: Int { entries.count { $0.mutates } }

  /// The request of an effect of which only the intent is known.
  var openIntent: EffectRequest? {
    guard let last = entries.last, last.status == .intent else { return nil }
    return try? EffectRequest(json: last.request)
  }

  /// When the newest effect was first asked for, in seconds since 1970.
  var lastAskedAt: Int64? { entries.last?.createdAt }

  /// - Parameter now: in seconds since 1970.
  mutating func append(_ request: EffectRequest, mutates: Bool, at now: Int64) {
    entries.append(
      EffectRecord(
        operationID: operationID, resourceID: resourceID, op: op, seq: nextSeq, status: .intent, mutates: mutates,
        request: request.json, createdAt: now))
    nextSeq += 1
    dirty.insert(entries.count - 1)
  }

  mutating func answer(status: Int, headers: [String: String], body: JSON, full: JSON) {
    guard !entries.isEmpty else { return }
    let place = entries.count - 1
    entries[place].status = .result
    entries[place].result = [
      "status": .int(Int64(status)), "headers": .object(headers.mapValues { .string($0) }), "body": body,
    ]
    dirty.insert(place)
    seen.append(full)
    if entries[place].mutates { seenOfMutations.append(full) }
  }

  /// The newest effect was sent, and nobody knows what became of that.
  mutating func doubt() {
    guard !entries.isEmpty else { return }
    entries[entries.count - 1].isUncertain = true
    dirty.insert(entries.count - 1)
  }

  mutating func lose() {
    guard !entries.isEmpty else { return }
    entries[entries.count - 1].status = .lost
    dirty.insert(entries.count - 1)
  }

  mutating func dropLast() {
    guard var last = entries.popLast() else { return }
    dirty.remove(entries.count)
    last.status = .dropped
    dropped.append(last)
  }

  /// Drops the last effect, which surely was not sent: it needs no looking for.
  mutating func dropUnsent() {
    if !entries.isEmpty { entries[entries.count - 1].result = EffectRecord.unsent }
    dropLast()
  }

  mutating func dropAll() {
    while !entries.isEmpty { dropLast() }
  }

  mutating func add(secret handle: String, sealed: [UInt8]) { sealedSecrets.append((handle, sealed)) }

  /// Whether each part of an id was answered by the cloud, was asked for, or is ours already. What the driver itself said does not count.
  func hasSeen(_ id: String, _ resource: ResourceRecord) -> Bool {
    var known = KnownTexts(name: resource.name, recorded: resource.physicalID)
    known.insert(resource.desired)
    for answer in seen { known.insert(answer) }
    for entry in entries { if let body = entry.result?["body"] { known.insert(body) } }
    return known.cover(id)
  }

  /// Whether an id comes from reads alone and none of them showed our ownership tag: it may be the thing of another owner. An answer
  /// of an earlier host is known by its selected part only, so then nothing is said.
  func isOnlyRead(_ id: String, _ resource: ResourceRecord, tag: String) -> Bool {
    guard seen.count >= entries.count(where: { $0.status == .result }) else { return false }
    var ours = KnownTexts(name: resource.name, recorded: resource.physicalID)
    ours.insert(resource.desired)
    for answer in seenOfMutations { ours.insert(answer) }
    guard !ours.cover(id) else { return false }
    // No name of ours is among these: only what the cloud showed.
    var shown = KnownTexts(name: "", recorded: nil)
    for answer in seen { shown.insert(answer) }
    return !shown.cover(tag)
  }

  /// Whether the resource is another one than the store has.
  func isNew(_ resource: ResourceRecord) -> Bool { resource != lastWritten }

  /// Makes durable, in one commit, all that is not yet: effects, new secrets, what is known of the resource, the event, and the last event of its part.
  mutating func flush(_ runner: StepRunner, _ resource: ResourceRecord, event: EventRecord?, last: EventRecord? = nil) async throws {
    guard runner.isRecorded else { return }
    // A reason that repeats is told once.
    let event = event?.reason == lastReason ? nil : event
    if let event { lastReason = event.reason }
    let effects = isStored ? dirty.sorted().map { entries[$0] } + dropped : []
    let secrets = sealedSecrets
    let changed = isNew(resource)
    let events = [event, last].compactMap(\.self)
    guard !effects.isEmpty || !secrets.isEmpty || changed || !events.isEmpty else { return }
    let (operation, now, stackID) = (runner.operation, runner.context.clock.seconds, runner.stack.id)
    try await runner.context.write { transaction in
      try transaction.require(epoch: operation.epoch, of: operation.id)
      for effect in effects { try transaction.put(effect) }
      for secret in secrets { try transaction.put(secret: secret.handle, stackID: stackID, sealed: secret.sealed, at: now) }
      if changed { try transaction.update(resource) }
      for event in events { try transaction.append(event) }
    }
    dirty = []
    dropped = []
    sealedSecrets = []
    lastWritten = resource
    if !events.isEmpty { runner.context.events.notify() }
  }
}
