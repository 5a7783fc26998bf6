internal import Contract
internal import JSON

/// The contract of a resource's operations, one after the other as users need them.
enum LifeChecks {
  static func tests(_ provision: Provision) -> [ConformanceTest] {
    guard provision.kind == .resource else { return [] }
    var tests: [ConformanceTest] = []
    func test(_ name: String, _ body: @escaping @Sendable (TypeBed) async throws -> String) {
      tests.append(ConformanceTest(.contract, name, provision, isRecorded: true, body))
    }
    test("create", create)
    test("create-twice", createTwice)
    test("create-lost", createLost)
    test("create-stopped", createStopped)
    test("create-foreign", createForeign)
    test("read", read)
    test("read-absent", readAbsent)
    test("delete", delete)
    test("delete-twice", deleteTwice)
    test("delete-never-created", deleteNeverCreated)
    test("delete-foreign", deleteForeign)
    for action in provision.ops.filter({ $0.hasPrefix("action:") }).sorted() {
      test(action.replacing(":", with: "-")) { bed in try await act(bed, action) }
    }
    return tests + UpdateChecks.tests(provision)
  }

  @Sendable private static func create(_ bed: TypeBed) async throws -> String {
    try await bed.rehearse { rehearsal in
      try await rehearsal.make()
      let declared = Set(bed.provision.schema?.readOnlyProperties.compactMap(\.tokens.first) ?? [])
      let missing = declared.subtracting((rehearsal.thing.attributes.object ?? [:]).keys).sorted()
      guard missing.count < max(1, declared.count) else {
        throw Finding.warn("a ready thing has none of its attributes: \(missing.joined(separator: ", "))", remedy: "report them in `attributes`")
      }
      return ""
    }
  }

  /// The host died before it knew of the first: the second must find it.
  @Sendable private static func createTwice(_ bed: TypeBed) async throws -> String {
    try await bed.rehearse { rehearsal in
      try await rehearsal.make()
      let first = rehearsal.thing
      rehearsal.thing = Rehearsal.Thing()
      try await rehearsal.make()
      guard rehearsal.thing.id == first.id else {
        throw Finding.fail(
          "two creates with one identity made \(first.id ?? "-") and \(rehearsal.thing.id ?? "-")",
          remedy: "look for a thing with the name and all of identity.tags before creating, or after the cloud says that it exists")
      }
      return ""
    }
  }

  /// At each change that a create makes the reply is lost, whether the cloud did it or not.
  @Sendable private static func createLost(_ bed: TypeBed) async throws -> String {
    let changes = try await changes(bed)
    guard bed.provision.schema?.document["secretOnce"] != true else {
      throw Finding.skip("the type shows its secret once: the host makes it anew when a reply is lost")
    }
    for change in changes {
      for isDone in [true, false] {
        try await bed.rehearse { rehearsal in
          let conclusion = try await rehearsal.run("create", interference: .lost(isDone: isDone, at: change))
          if conclusion == .held { return }
          guard case .done = conclusion else {
            throw rehearsal.unexpected(
              "create, whose change \(change) was \(isDone ? "done" : "not done") and its reply lost,", conclusion, "must look for the thing and end as ready")
          }
          let end = try await rehearsal.settle(awaiting: "create")
          guard end == .done(.ready) else { throw rehearsal.unexpected("read after a lost reply", end, "must become ready") }
          try await rehearsal.remove()
          try await rehearsal.expectNothing("after the only thing was deleted (a lost reply must not make two)")
        }
      }
    }
    return "\(changes.count) replies lost"
  }

  /// A create that ends after each of its changes: another attempt completes it, and a delete leaves nothing.
  @Sendable private static func createStopped(_ bed: TypeBed) async throws -> String {
    let changes = try await changes(bed)
    for change in changes {
      try await bed.rehearse { rehearsal in
        _ = try await rehearsal.run("create", interference: .stop(after: change))
        try await rehearsal.make()
      }
      try await bed.rehearse { rehearsal in
        _ = try await rehearsal.run("create", interference: .stop(after: change))
        try await rehearsal.remove()
        try await rehearsal.expectNothing("after a create that was stopped was deleted")
      }
    }
    return "stopped after each of \(changes.count) changes"
  }

  /// Somebody else's thing has the name: it is not adopted.
  @Sendable private static func createForeign(_ bed: TypeBed) async throws -> String {
    guard bed.provision.schema?.owner != .parent else { throw Finding.skip("the type belongs to its parent") }
    return try await bed.rehearse { rehearsal in
      try await rehearsal.make()
      let (ours, tags) = (rehearsal.thing, rehearsal.tags)
      rehearsal.thing = Rehearsal.Thing()
      rehearsal.tags = foreign(tags)
      let conclusion = try await rehearsal.run("create")
      let other = rehearsal.thing
      rehearsal.tags = tags
      rehearsal.thing = ours
      if case .failed = conclusion { return "" }
      guard other.id != ours.id else {
        throw Finding.fail(
          "create adopted \(ours.id ?? "-"), whose tags are another's",
          remedy: "compare all of identity.tags before a thing that exists is taken as the own; else fail with `exists`")
      }
      return "a second thing was made"
    }
  }

  @Sendable private static func read(_ bed: TypeBed) async throws -> String {
    try await bed.rehearse { rehearsal in
      try await rehearsal.make()
      let made = rehearsal.thing
      let known = try await rehearsal.run("read", awaiting: "refresh")
      guard known == .done(.ready) else { throw rehearsal.unexpected("read with the id", known, "must find the thing ready") }
      guard rehearsal.thing.id == made.id else {
        throw Finding.fail("read changed the id from \(made.id ?? "-") to \(rehearsal.thing.id ?? "-")", remedy: "keep the id of a thing")
      }
      rehearsal.thing = Rehearsal.Thing()
      let found = try await rehearsal.run("read", awaiting: "create")
      guard found == .done(.ready), rehearsal.thing.id == made.id else {
        if bed.provision.schema?.identity == TypeSchema.Identity.none { return "not found without its id, as identity `none` says" }
        throw rehearsal.unexpected("read without an id", found, "must find the thing by its name or tags")
      }
      return ""
    }
  }

  @Sendable private static func readAbsent(_ bed: TypeBed) async throws -> String {
    try await requireChanges(bed)
    return try await bed.rehearse { rehearsal in
      try await rehearsal.expectNothing("of what was never created")
      return ""
    }
  }

  @Sendable private static func delete(_ bed: TypeBed) async throws -> String {
    try await requireChanges(bed)
    return try await bed.rehearse { rehearsal in
      try await rehearsal.make()
      try await rehearsal.remove()
      let end = try await rehearsal.run("read", awaiting: "refresh")
      guard end == .done(.absent) else { throw rehearsal.unexpected("read of the deleted thing", end, "must end as absent") }
      return ""
    }
  }

  @Sendable private static func deleteTwice(_ bed: TypeBed) async throws -> String {
    try await bed.rehearse { rehearsal in
      try await rehearsal.make()
      let made = rehearsal.thing
      try await rehearsal.remove()
      rehearsal.thing = made
      try await rehearsal.remove()
      return ""
    }
  }

  @Sendable private static func deleteNeverCreated(_ bed: TypeBed) async throws -> String {
    try await bed.rehearse { rehearsal in
      try await rehearsal.remove()
      return ""
    }
  }

  /// Without an id a thing of that name is deleted only when its tags say that it is ours.
  @Sendable private static func deleteForeign(_ bed: TypeBed) async throws -> String {
    guard bed.provision.schema?.owner != .parent else { throw Finding.skip("the type belongs to its parent") }
    return try await bed.rehearse { rehearsal in
      try await rehearsal.make()
      let (ours, tags) = (rehearsal.thing, rehearsal.tags)
      rehearsal.thing = Rehearsal.Thing()
      rehearsal.tags = foreign(tags)
      let conclusion = try await rehearsal.run("delete", input: ["final_snapshot": false])
      let changes = rehearsal.changes.map { rehearsal.effects[$0].call }
      rehearsal.thing = ours
      rehearsal.tags = tags
      guard changes.isEmpty else {
        throw Finding.fail(
          "delete without an id \(conclusion.words) and asked for \(changes.joined(separator: ", ")) on a thing whose tags are another's",
          remedy: "without a recorded id compare all of identity.tags before anything is deleted")
      }
      return ""
    }
  }

  private static func act(_ bed: TypeBed, _ action: String) async throws -> String {
    try await bed.rehearse { rehearsal in
      try await rehearsal.make()
      try await rehearsal.prepare(for: action)
      try await rehearsal.act(action, input: bed.cassette.inputs[action] ?? .null)
      return ""
    }
  }

  /// A type that only waits for something has nothing that could be absent.
  private static func requireChanges(_ bed: TypeBed) async throws {
    guard try await changes(bed).isEmpty else { return }
    throw Finding.skip("create changes nothing in the cloud: there is nothing that could be absent")
  }

  /// The places of the effects of a create that change something.
  static func changes(_ bed: TypeBed) async throws -> [Int] {
    try await bed.rehearse { rehearsal in
      _ = try await rehearsal.run("create")
      return rehearsal.changes
    }
  }

  /// The tags of somebody else's thing.
  static func foreign(_ tags: [String: String]) -> [String: String] { tags.mapValues { $0 + "-foreign" } }
}
