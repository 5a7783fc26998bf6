internal import JSON

extension Transaction {
  private static let resourceColumns =
    "id, stack_id, logical_id, type, plugin, generation, name, physical_id, status, status_reason, accepted, desired, properties, attributes, state, created_at, updated_at, superseded, change, drift"

  /// The resource of that id.
  public func resource(id: String) throws -> ResourceRecord? {
    try rows("SELECT \(Self.resourceColumns) FROM resources WHERE id = $1", [.text(id)]).first.map(Self.resource)
  }

  /// The resource of a stack with that logical id; superseded ones are not it.
  public func resource(stackID: String, logicalID: String) throws -> ResourceRecord? {
    try rows(
      "SELECT \(Self.resourceColumns) FROM resources WHERE stack_id = $1 AND logical_id = $2 AND superseded = 0",
      [.text(stackID), .text(logicalID)]
    ).first.map(Self.resource)
  }

  /// The resources of a stack by logical id, without the superseded ones.
  public func resources(of stackID: String) throws -> [ResourceRecord] {
    try rows("SELECT \(Self.resourceColumns) FROM resources WHERE stack_id = $1 AND superseded = 0 ORDER BY logical_id", [.text(stackID)])
      .map(Self.resource)
  }

  /// The resources of that type that are recorded with that id in the cloud, of any stack.
  public func resources(physicalID: String, type: String) throws -> [ResourceRecord] {
    try rows("SELECT \(Self.resourceColumns) FROM resources WHERE physical_id = $1 AND type = $2", [.text(physicalID), .text(type)]).map(Self.resource)
  }

  /// The highest generation that a thing of that logical id ever had in its stack; 0 when there was none.
  public func lastGeneration(stackID: String, logicalID: String) throws -> Int {
    let row = try rows("SELECT MAX(generation) FROM resources WHERE stack_id = $1 AND logical_id = $2", [.text(stackID), .text(logicalID)]).first
    return Int(row?.optionalInteger(0) ?? 0)
  }

  /// The same for every logical id that the stack ever had.
  public func lastGenerations(stackID: String) throws -> [String: Int] {
    let found = try rows("SELECT logical_id, MAX(generation) FROM resources WHERE stack_id = $1 GROUP BY logical_id", [.text(stackID)])
    return Dictionary(found.map { ($0.text(0), Int($0.integer(1))) }, uniquingKeysWith: { first, _ in first })
  }

  /// The superseded resources of a stack whose things may still exist.
  public func supersededResources(of stackID: String) throws -> [ResourceRecord] {
    try rows("SELECT \(Self.resourceColumns) FROM resources WHERE stack_id = $1 AND superseded <> 0 ORDER BY logical_id, id", [.text(stackID)])
      .map(Self.resource).filter(\.status.mayExist)
  }

  /// Everything of a stack that may exist: its resources, and superseded ones that no clean-up has deleted yet.
  public func existingResources(of stackID: String) throws -> [ResourceRecord] {
    try resources(of: stackID).filter(\.status.mayExist) + supersededResources(of: stackID)
  }

  /// Adds a resource.
  public func insert(_ resource: ResourceRecord) throws {
    try rows(
      "INSERT INTO resources (\(Self.resourceColumns)) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
      [
        .text(resource.id), .text(resource.stackID), .text(resource.logicalID), .text(resource.type),
        .text(resource.plugin), .integer(Int64(resource.generation)), .text(resource.name),
        .optional(resource.physicalID), .text(resource.status.rawValue), .optional(resource.statusReason),
        .integer(resource.accepted ? 1 : 0), .json(resource.desired), .json(resource.properties),
        .json(resource.attributes), .json(resource.state), .integer(resource.createdAt), .integer(resource.updatedAt),
        .integer(resource.isSuperseded ? 1 : 0), .optional(resource.change?.json.text), .json(resource.drift),
      ])
  }

  /// Replaces a resource's mutable columns.
  public func update(_ resource: ResourceRecord) throws {
    try rows(
      """
      UPDATE resources SET generation = $2, name = $3, physical_id = $4, status = $5, status_reason = $6, accepted = $7,
      desired = $8, properties = $9, attributes = $10, state = $11, updated_at = $12, change = $13, drift = $14 WHERE id = $1
      """,
      [
        .text(resource.id), .integer(Int64(resource.generation)), .text(resource.name), .optional(resource.physicalID),
        .text(resource.status.rawValue), .optional(resource.statusReason),
        .integer(resource.accepted ? 1 : 0), .json(resource.desired), .json(resource.properties),
        .json(resource.attributes), .json(resource.state), .integer(resource.updatedAt), .optional(resource.change?.json.text),
        .json(resource.drift),
      ])
    // By itself, since two indexes hold only what is, or is not, superseded: naming the column rewrites their entries, whatever its value.
    try rows(
      "UPDATE resources SET superseded = $2 WHERE id = $1 AND superseded <> $2",
      [.text(resource.id), .integer(resource.isSuperseded ? 1 : 0)])
  }

  private static func resource(_ row: Row) throws -> ResourceRecord {
    guard let status = ResourceStatus(rawValue: row.text(8)) else {
      throw CorruptRecordError(description: "resources: \(row.text(0)) has status '\(row.text(8))'")
    }
    return try CorruptRecordError.naming("resources", row.text(0)) {
      ResourceRecord(
        id: row.text(0), stackID: row.text(1), logicalID: row.text(2), type: row.text(3), plugin: row.text(4),
        generation: Int(row.integer(5)), name: row.text(6), physicalID: row.optionalText(7), status: status,
        statusReason: row.optionalText(9), accepted: row.integer(10) != 0, desired: try .column(row.text(11)),
        properties: try .column(row.text(12)), attributes: try .column(row.text(13)), state: try .column(row.text(14)),
        createdAt: row.integer(15), updatedAt: row.integer(16), isSuperseded: row.integer(17) != 0, change: ResourceChangeRecord(json: try .column(row.optionalText(18))),
        drift: try .column(row.optionalText(19)))
    }
  }
}
