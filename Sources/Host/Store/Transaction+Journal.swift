public import JSON

extension Transaction {
  /// The effects of one op of an operation on a resource, in order, without those that a `retry` dropped.
  public func effects(operationID: String, resourceID: String, op: String) throws -> [EffectRecord] {
    try rows(
      """
      SELECT seq, status, mutates, request, result, created_at, uncertain FROM effects
      WHERE operation_id = $1 AND resource_id = $2 AND op = $3 AND status <> 'dropped' ORDER BY seq
      """, [.text(operationID), .text(resourceID), .text(op)]
    ).map { row in
      guard let status = EffectRecord.Status(rawValue: row.text(1)) else {
        throw CorruptRecordError(description: "effects: \(operationID) has status '\(row.text(1))'")
      }
      return try CorruptRecordError.naming("effects", "those of \(operationID)") {
        EffectRecord(
          operationID: operationID, resourceID: resourceID, op: op, seq: Int(row.integer(0)), status: status,
          mutates: row.integer(2) != 0, request: try .column(row.text(3)),
          result: try row.optionalText(4).map { try .column($0) }, createdAt: row.integer(5),
          isUncertain: row.integer(6) != 0)
      }
    }
  }

  /// The highest number that an effect of that op has, dropped ones too; nil when there is none.
  public func lastEffectSeq(operationID: String, resourceID: String, op: String) throws -> Int? {
    try rows(
      "SELECT MAX(seq) FROM effects WHERE operation_id = $1 AND resource_id = $2 AND op = $3",
      [.text(operationID), .text(resourceID), .text(op)]
    ).first?.optionalInteger(0).map { Int($0) }
  }

  /// Whether an effect of that op that changes something may have left.
  public func hasSentEffects(operationID: String, resourceID: String, op: String) throws -> Bool {
    try !rows(
      "SELECT 1 FROM effects WHERE operation_id = $1 AND resource_id = $2 AND op = $3 AND mutates = 1 AND (result IS NULL OR result <> $4) LIMIT 1",
      [.text(operationID), .text(resourceID), .text(op), .json(EffectRecord.unsent)]
    ).isEmpty
  }

  /// Whether a request that makes the thing of a resource may have left, in any operation of its stack.
  public func hasSentCreate(_ resourceID: String, ofStack stackID: String) throws -> Bool {
    try !rows(
      """
      SELECT 1 FROM effects WHERE operation_id IN (SELECT id FROM operations WHERE stack_id = $2) AND resource_id = $1 AND op = 'create'
      AND mutates = 1 AND (result IS NULL OR result <> $3) LIMIT 1
      """, [.text(resourceID), .text(stackID), .json(EffectRecord.unsent)]
    ).isEmpty
  }

  /// How many things of a stack an operation has deleted.
  public func countDeleted(operationID: String, stackID: String) throws -> Int {
    Int(
      try rows(
        "SELECT COUNT(*) FROM events WHERE stack_id = $2 AND operation_id = $1 AND status = 'DELETE_COMPLETE' AND type <> 'Cld::Stack'",
        [.text(operationID), .text(stackID)]
      ).first?.integer(0) ?? 0)
  }

  /// Whether an effect of its create may have been executed without anybody knowing.
  public func hasUnresolvedCreate(_ resourceID: String) throws -> Bool {
    try !rows(
      "SELECT 1 FROM effects WHERE resource_id = $1 AND op = 'create' AND mutates = 1 AND (uncertain = 1 OR result IS NULL) LIMIT 1",
      [.text(resourceID)]
    ).isEmpty
  }

  /// The resources of which a create may have been executed without anybody knowing.
  public func resourcesWithUnresolvedCreates() throws -> [String] {
    try rows("SELECT DISTINCT resource_id FROM effects WHERE op = 'create' AND mutates = 1 AND (uncertain = 1 OR result IS NULL)").map { $0.text(0) }
  }

  /// The index has just such effects, so that where there are none this costs next to nothing.
  static let unresolvedStacks = """
    SELECT DISTINCT resources.stack_id FROM effects JOIN resources ON resources.id = effects.resource_id
    WHERE effects.mutates = 1 AND (effects.uncertain = 1 OR effects.result IS NULL) AND effects.op = 'create'
    """

  /// The stacks of these.
  public func stacksWithUnresolvedCreates() throws -> [String] { try rows(Self.unresolvedStacks).map { $0.text(0) } }

  /// Records that it was looked for what the unresolved creates of a resource may have made.
  public func settleCreates(of resourceID: String, outcome: JSON) throws {
    try rows(
      "UPDATE effects SET result = $2, uncertain = 0 WHERE resource_id = $1 AND op = 'create' AND mutates = 1 AND (uncertain = 1 OR result IS NULL)",
      [.text(resourceID), .json(outcome)])
  }

  /// The effects on a resource that may have been executed without anybody knowing and that change something, newest first.
  public func openIntents(resourceID: String) throws -> [EffectRecord] {
    try rows(
      "SELECT operation_id, op, seq, request, created_at FROM effects WHERE resource_id = $1 AND status = 'intent' AND mutates = 1 AND result IS NULL ORDER BY created_at DESC, seq DESC",
      [.text(resourceID)]
    ).map { row in
      try CorruptRecordError.naming("effects", "those of \(row.text(0))") {
        EffectRecord(
          operationID: row.text(0), resourceID: resourceID, op: row.text(1), seq: Int(row.integer(2)), status: .intent, mutates: true,
          request: try .column(row.text(3)), createdAt: row.integer(4))
      }
    }
  }

  /// The ids of a stack's resources that have such an effect.
  public func resourcesWithOpenIntents(stackID: String) throws -> Set<String> {
    Set(
      try rows(
        "SELECT DISTINCT resource_id FROM effects WHERE status = 'intent' AND mutates = 1 AND result IS NULL AND resource_id IN (SELECT id FROM resources WHERE stack_id = $1)",
        [.text(stackID)]
      ).map { $0.text(0) })
  }

  /// Adds an effect or replaces its status and result.
  public func put(_ effect: EffectRecord) throws {
    try rows(
      """
      INSERT INTO effects (operation_id, resource_id, op, seq, status, mutates, request, result, created_at, uncertain)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
      ON CONFLICT (operation_id, resource_id, op, seq) DO UPDATE SET status = excluded.status, result = excluded.result, uncertain = excluded.uncertain
      """,
      [
        .text(effect.operationID), .text(effect.resourceID), .text(effect.op), .integer(Int64(effect.seq)),
        .text(effect.status.rawValue), .integer(effect.mutates ? 1 : 0), .json(effect.request),
        .optional(effect.result?.text), .integer(effect.createdAt),
        .integer(effect.isUncertain ? 1 : 0),
      ])
  }

  /// Appends an event, in the same commit as the change that it tells of.
  public func append(_ event: EventRecord) throws {
    try outbox(
      """
      INSERT INTO events (seq, ts, stack_id, operation_id, logical_id, type, physical_id, status, reason, properties)
      VALUES ((SELECT COALESCE(MAX(seq), 0) + 1 FROM events), $1, $2, $3, $4, $5, $6, $7, $8, $9)
      """,
      [
        .integer(event.ts), .text(event.stackID), .optional(event.operationID), .text(event.logicalID),
        .text(event.type), .optional(event.physicalID), .text(event.status), .optional(event.reason),
        .optional(event.properties?.text),
      ])
  }

  /// The events after a number, oldest first: of one operation with those of nested stacks within it, of one stack, or all.
  public func events(after seq: Int64, operationID: String? = nil, stackID: String? = nil, limit: Int = 500) throws -> [EventRecord] {
    try rows(
      """
      SELECT seq, ts, stack_id, operation_id, logical_id, type, physical_id, status, reason, properties FROM events
      WHERE seq > $1 AND ($2 = '' OR operation_id = $2 OR operation_id IN (SELECT id FROM operations WHERE parent_id = $2)) AND ($3 = '' OR stack_id = $3) ORDER BY seq LIMIT $4
      """, [.integer(seq), .text(operationID ?? ""), .text(stackID ?? ""), .integer(Int64(limit))]
    ).map { row in
      try CorruptRecordError.naming("events", "number \(row.integer(0))") {
        EventRecord(
          seq: row.integer(0), ts: row.integer(1), stackID: row.text(2), operationID: row.optionalText(3),
          logicalID: row.text(4), type: row.text(5), physicalID: row.optionalText(6), status: row.text(7),
          reason: row.optionalText(8), properties: try row.optionalText(9).map { try .column($0) })
      }
    }
  }

  /// All events of a stack, oldest first.
  public func allEvents(of stackID: String) throws -> [EventRecord] {
    var out: [EventRecord] = []
    while true {
      let page = try events(after: out.last?.seq ?? 0, stackID: stackID)
      out += page
      if page.count < 500 { return out }
    }
  }

  /// Keeps a sealed secret under its handle.
  public func put(secret handle: String, stackID: String, sealed: [UInt8], at now: Int64) throws {
    try rows(
      "INSERT INTO secrets (handle, stack_id, sealed, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (handle) DO NOTHING",
      [.text(handle), .text(stackID), .blob(sealed), .integer(now)])
  }

  /// The sealed secret of a handle.
  public func sealedSecret(_ handle: String) throws -> [UInt8]? {
    try rows("SELECT sealed FROM secrets WHERE handle = $1", [.text(handle)]).first?.blob(0)
  }

  /// Forgets the secrets of a stack that is gone.
  public func deleteSecrets(of stackID: String) throws {
    try rows("DELETE FROM secrets WHERE stack_id = $1", [.text(stackID)])
  }
}
