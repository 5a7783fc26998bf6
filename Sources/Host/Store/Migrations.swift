/// The versions of the schema. Each step is applied once, in order, in a transaction of its own; a file of a newer version is refused.
/// The statements keep to what SQLite and PostgreSQL share.
enum Migrations {
  static let steps: [String] = [
    """
    CREATE TABLE installation (id TEXT PRIMARY KEY, created_at BIGINT NOT NULL);

    CREATE TABLE stacks (
      id TEXT PRIMARY KEY,
      kind TEXT NOT NULL,
      name TEXT NOT NULL,
      status TEXT NOT NULL,
      status_reason TEXT,
      environment_id TEXT REFERENCES stacks (id),
      scope TEXT NOT NULL,
      template TEXT NOT NULL,
      source TEXT NOT NULL,
      outputs TEXT NOT NULL,
      exports TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      deleted_at BIGINT
    );
    CREATE UNIQUE INDEX stacks_live_name ON stacks (kind, name) WHERE deleted_at IS NULL;

    CREATE TABLE resources (
      id TEXT PRIMARY KEY,
      stack_id TEXT NOT NULL REFERENCES stacks (id),
      logical_id TEXT NOT NULL,
      type TEXT NOT NULL,
      plugin TEXT NOT NULL,
      generation BIGINT NOT NULL,
      name TEXT NOT NULL,
      physical_id TEXT,
      status TEXT NOT NULL,
      status_reason TEXT,
      accepted BIGINT NOT NULL,
      desired TEXT NOT NULL,
      properties TEXT NOT NULL,
      attributes TEXT NOT NULL,
      state TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL,
      UNIQUE (stack_id, logical_id)
    );

    CREATE TABLE operations (
      id TEXT PRIMARY KEY,
      stack_id TEXT NOT NULL REFERENCES stacks (id),
      kind TEXT NOT NULL,
      status TEXT NOT NULL,
      reason TEXT,
      input TEXT NOT NULL,
      epoch BIGINT NOT NULL,
      idempotency_key TEXT UNIQUE,
      created_at BIGINT NOT NULL,
      finished_at BIGINT
    );
    CREATE INDEX operations_open ON operations (status) WHERE finished_at IS NULL;

    CREATE TABLE effects (
      operation_id TEXT NOT NULL REFERENCES operations (id),
      resource_id TEXT NOT NULL REFERENCES resources (id),
      op TEXT NOT NULL,
      seq BIGINT NOT NULL,
      status TEXT NOT NULL,
      mutates BIGINT NOT NULL,
      request TEXT NOT NULL,
      result TEXT,
      created_at BIGINT NOT NULL,
      PRIMARY KEY (operation_id, resource_id, op, seq)
    );

    CREATE TABLE events (
      seq BIGINT PRIMARY KEY,
      ts BIGINT NOT NULL,
      stack_id TEXT NOT NULL,
      operation_id TEXT,
      logical_id TEXT NOT NULL,
      type TEXT NOT NULL,
      physical_id TEXT,
      status TEXT NOT NULL,
      reason TEXT
    );
    CREATE INDEX events_stack ON events (stack_id, seq);

    CREATE TABLE secrets (
      handle TEXT PRIMARY KEY,
      stack_id TEXT NOT NULL,
      sealed BLOB NOT NULL,
      created_at BIGINT NOT NULL
    );
    """,
    // Templates: updates replace and remove things, which live on beside their successors until the clean-up.
    """
    CREATE TABLE resources_2 (
      id TEXT PRIMARY KEY,
      stack_id TEXT NOT NULL REFERENCES stacks (id),
      logical_id TEXT NOT NULL,
      type TEXT NOT NULL,
      plugin TEXT NOT NULL,
      generation BIGINT NOT NULL,
      name TEXT NOT NULL,
      physical_id TEXT,
      status TEXT NOT NULL,
      status_reason TEXT,
      accepted BIGINT NOT NULL,
      desired TEXT NOT NULL,
      properties TEXT NOT NULL,
      attributes TEXT NOT NULL,
      state TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL,
      superseded BIGINT NOT NULL DEFAULT 0,
      change TEXT
    );
    INSERT INTO resources_2 (id, stack_id, logical_id, type, plugin, generation, name, physical_id, status, status_reason, accepted, desired,
      properties, attributes, state, created_at, updated_at) SELECT id, stack_id, logical_id, type, plugin, generation, name, physical_id, status,
      status_reason, accepted, desired, properties, attributes, state, created_at, updated_at FROM resources;
    DROP TABLE resources;
    ALTER TABLE resources_2 RENAME TO resources;
    CREATE UNIQUE INDEX resources_current ON resources (stack_id, logical_id) WHERE superseded = 0;
    CREATE INDEX resources_superseded ON resources (stack_id) WHERE superseded <> 0;

    ALTER TABLE stacks ADD COLUMN parent_id TEXT;
    ALTER TABLE stacks ADD COLUMN updated_at BIGINT;
    ALTER TABLE stacks ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';
    CREATE INDEX stacks_children ON stacks (parent_id) WHERE parent_id IS NOT NULL;

    ALTER TABLE events ADD COLUMN properties TEXT;
    ALTER TABLE operations ADD COLUMN parent_id TEXT;

    CREATE TABLE change_sets (
      id TEXT PRIMARY KEY,
      stack_id TEXT NOT NULL REFERENCES stacks (id),
      name TEXT NOT NULL,
      kind TEXT NOT NULL,
      status TEXT NOT NULL,
      status_reason TEXT,
      execution_status TEXT NOT NULL,
      description TEXT,
      base TEXT NOT NULL,
      template TEXT NOT NULL,
      source TEXT NOT NULL,
      changes TEXT NOT NULL,
      created_at BIGINT NOT NULL
    );
    CREATE UNIQUE INDEX change_sets_name ON change_sets (stack_id, name) WHERE execution_status <> 'EXECUTE_COMPLETE';

    CREATE TABLE signals (
      stack_id TEXT NOT NULL REFERENCES stacks (id),
      logical_id TEXT NOT NULL,
      resource_id TEXT NOT NULL,
      unique_id TEXT NOT NULL,
      status TEXT NOT NULL,
      reason TEXT,
      data TEXT,
      created_at BIGINT NOT NULL,
      PRIMARY KEY (resource_id, unique_id)
    );
    """,
    // Replacing asks for the newest generation; the sweep looks for the few creates of which nobody knows what became of them.
    """
    CREATE INDEX resources_generations ON resources (stack_id, logical_id);
    ALTER TABLE resources ADD COLUMN drift TEXT;
    ALTER TABLE effects ADD COLUMN uncertain BIGINT NOT NULL DEFAULT 0;
    CREATE INDEX effects_unresolved ON effects (resource_id) WHERE mutates = 1 AND (uncertain = 1 OR result IS NULL);
    """,
  ]

  static func apply(to connection: SQLiteConnection) throws(SQLiteError) {
    let found = try connection.rows("PRAGMA user_version", []).first?.integer(0) ?? 0
    guard found <= steps.count else {
      throw SQLiteError(
        code: 0, message: "the database has schema version \(found) and this cld knows up to \(steps.count): use a newer cld",
        statement: "PRAGMA user_version")
    }
    for (index, step) in steps.enumerated().dropFirst(Int(found)) {
      try connection.script("BEGIN IMMEDIATE; \(step); PRAGMA user_version=\(index + 1); COMMIT")
    }
  }
}
