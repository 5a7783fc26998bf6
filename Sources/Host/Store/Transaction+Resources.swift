internal import JSON

extension Transaction {
  private static let resourceColumns =
    "id, stack_id, logical_id, type, plugin, generation, name, physical_id, status, status_reason, desired, properties, attributes, state, created_at, updated_at"

  /// The resource of that id.
  public func resource(id: String) throws -> ResourceRecord? {
    try rows("SELECT \(Self.resourceColumns) FROM resources WHERE id = $1", [.text(id)]).first.map(Self.resource)
  }

  /// The resources of a stack by logical id.
  public func resources(of stackID: String) throws -> [ResourceRecord] {
    try rows("SELECT \(Self.resourceColumns) FROM resources WHERE stack_id = $1 ORDER BY logical_id", [.text(stackID)])
      .map(Self.resource)
  }

  /// Adds a resource.
  public func insert(_ resource: ResourceRecord) throws {
    try rows(
      "INSERT INTO resources (\(Self.resourceColumns)) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
      [
        .text(resource.id), .text(resource.stackID), .text(resource.logicalID), .text(resource.type),
        .text(resource.plugin), .integer(Int64(resource.generation)), .text(resource.name),
        .optional(resource.physicalID), .text(resource.status.rawValue), .optional(resource.statusReason),
        .json(resource.desired), .json(resource.properties), .json(resource.attributes), .json(resource.state),
        .integer(resource.createdAt), .integer(resource.updatedAt),
      ])
  }

  /// Replaces a resource's mutable columns.
  public func update(_ resource: ResourceRecord) throws {
    try rows(
      """
      UPDATE resources SET generation = $2, name = $3, physical_id = $4, status = $5, status_reason = $6, desired = $7,
      properties = $8, attributes = $9, state = $10, updated_at = $11 WHERE id = $1
      """,
      [
        .text(resource.id), .integer(Int64(resource.generation)), .text(resource.name), .optional(resource.physicalID),
        .text(resource.status.rawValue), .optional(resource.statusReason), .json(resource.desired),
        .json(resource.properties), .json(resource.attributes), .json(resource.state), .integer(resource.updatedAt),
      ])
  }

  private static func resource(_ row: Row) throws -> ResourceRecord {
    guard let status = ResourceStatus(rawValue: row.text(8)) else {
      throw CorruptRecordError(description: "resources: \(row.text(0)) has status '\(row.text(8))'")
    }
    return ResourceRecord(
      id: row.text(0), stackID: row.text(1), logicalID: row.text(2), type: row.text(3), plugin: row.text(4),
      generation: Int(row.integer(5)), name: row.text(6), physicalID: row.optionalText(7), status: status,
      statusReason: row.optionalText(9), desired: try .column(row.text(10)), properties: try .column(row.text(11)),
      attributes: try .column(row.text(12)), state: try .column(row.text(13)), createdAt: row.integer(14),
      updatedAt: row.integer(15))
  }
}
