internal import Contract
internal import JSON

/// The contract of a resource's `update`: what it changes, it changes in place, and the host may ask for it again at any time.
enum UpdateChecks {
  static func tests(_ provision: Provision) -> [ConformanceTest] {
    guard provision.ops.contains("update") else { return [ConformanceTest(.contract, "replaced", provision, replaced)] }
    var tests: [ConformanceTest] = []
    func test(_ name: String, _ body: @escaping @Sendable (TypeBed) async throws -> String) {
      tests.append(ConformanceTest(.contract, name, provision, isRecorded: true, body))
    }
    test("update", update)
    test("update-back", updateBack)
    test("update-each", updateEach)
    test("update-twice", updateTwice)
    test("update-lost", updateLost)
    test("update-stopped", updateStopped)
    test("update-gone", updateGone)
    test("update-foreign", updateForeign)
    return tests
  }

  /// The properties that the cassette changes to.
  static func wanted(_ bed: TypeBed) throws -> JSON {
    guard let properties = bed.cassette.inputs["update"] else {
      throw Finding.fail(
        "\(bed.cassette.file) has no inputs.update", remedy: "add all properties of the thing as they are to be after an update, and record it again")
    }
    for pointer in bed.provision.schema?.createOnlyProperties ?? [] where properties[pointer] != bed.cassette.desired[pointer] {
      throw Finding.fail(
        "\(bed.cassette.file): inputs.update changes \(pointer), which the schema says only a replacement changes",
        remedy: "leave it as it is in `desired`, or take it out of createOnlyProperties")
    }
    return properties
  }

  /// A type without `update` is made anew for any change: its schema must say so, or a change set tells the user something else.
  @Sendable private static func replaced(_ bed: TypeBed) async throws -> String {
    let promised = changeable(bed.provision.schema)
    guard promised.isEmpty else {
      throw Finding.warn(
        "the schema says that \(promised.joined(separator: ", ")) can be changed in place, and the type has no operation update",
        remedy: "add them to createOnlyProperties, or write update")
    }
    return "any change makes it anew"
  }

  /// The properties that users give and that the schema does not say to be for a replacement.
  private static func changeable(_ schema: TypeSchema?) -> [String] {
    guard let schema else { return [] }
    // What lies below a property may be for a replacement alone; the property as a whole is not.
    let fixed = (schema.createOnlyProperties.filter { $0.tokens.count == 1 } + schema.readOnlyProperties).compactMap(\.tokens.first)
    return Set((schema.document["properties"]?.object ?? [:]).keys).subtracting(fixed).sorted()
  }

  @Sendable private static func update(_ bed: TypeBed) async throws -> String {
    let properties = try wanted(bed)
    return try await bed.rehearse { rehearsal in
      try await rehearsal.make()
      rehearsal.want(properties)
      try await rehearsal.change()
      let known = try await rehearsal.run("read", awaiting: "refresh")
      guard known == .done(.ready) else { throw rehearsal.unexpected("read after update", known, "must find the thing ready") }
      return ""
    }
  }

  /// A rollback: the new properties are taken back.
  @Sendable private static func updateBack(_ bed: TypeBed) async throws -> String {
    let properties = try wanted(bed)
    return try await bed.rehearse { rehearsal in
      let before = rehearsal.desired
      try await rehearsal.make()
      rehearsal.want(properties)
      try await rehearsal.change()
      rehearsal.want(before)
      try await rehearsal.change()
      return ""
    }
  }

  /// Each property by itself: what the schema does not call create-only is really changed.
  @Sendable private static func updateEach(_ bed: TypeBed) async throws -> String {
    let properties = try wanted(bed)
    let given = bed.cassette.desired
    let names = Set((properties.object ?? [:]).keys).union((given.object ?? [:]).keys).sorted().filter { properties[$0] != given[$0] }
    for name in names {
      var one = given
      one[name] = properties[name]
      let wanted = one
      try await bed.rehearse { rehearsal in
        try await rehearsal.make()
        rehearsal.want(wanted)
        let conclusion = try await rehearsal.run("update")
        guard case .done = conclusion else { throw rehearsal.unexpected("update of \(name) alone", conclusion, "must end as ready or pending") }
        guard !rehearsal.changes.isEmpty else {
          throw Finding.fail(
            "update of \(name) alone asks the cloud for no change", remedy: "change it, or add it to createOnlyProperties")
        }
        let end = try await rehearsal.settle(awaiting: "update")
        guard end == .done(.ready) else { throw rehearsal.unexpected("read after an update of \(name) alone", end, "must become ready") }
      }
    }
    let left = changeable(bed.provision.schema).filter { !names.contains($0) }
    guard left.isEmpty else {
      throw Finding.warn(
        "inputs.update of the cassette does not change \(left.joined(separator: ", ")), of which the schema says that an update does",
        remedy: "change them there too, or add them to createOnlyProperties")
    }
    return names.joined(separator: ", ")
  }

  /// The host died before it knew that the first was accepted.
  @Sendable private static func updateTwice(_ bed: TypeBed) async throws -> String {
    let properties = try wanted(bed)
    return try await bed.rehearse { rehearsal in
      try await rehearsal.make()
      rehearsal.want(properties)
      try await rehearsal.change()
      try await rehearsal.change()
      return ""
    }
  }

  /// At each change that an update makes the reply is lost, whether the cloud did it or not.
  @Sendable private static func updateLost(_ bed: TypeBed) async throws -> String {
    let changes = try await changes(bed)
    for change in changes {
      for isDone in [true, false] {
        let properties = try wanted(bed)
        try await bed.rehearse { rehearsal in
          try await rehearsal.make()
          rehearsal.want(properties)
          try await rehearsal.change(.lost(isDone: isDone, at: change))
          try await rehearsal.remove()
          try await rehearsal.expectNothing("after the thing was changed and deleted (a lost reply must not make two)")
        }
      }
    }
    return "\(changes.count) replies lost"
  }

  /// An update that ends after each of its changes: another attempt completes it, and a rollback takes it back.
  @Sendable private static func updateStopped(_ bed: TypeBed) async throws -> String {
    let changes = try await changes(bed)
    for change in changes {
      for isTakenBack in [false, true] {
        let properties = try wanted(bed)
        try await bed.rehearse { rehearsal in
          let before = rehearsal.desired
          try await rehearsal.make()
          rehearsal.want(properties)
          _ = try await rehearsal.run("update", interference: .stop(after: change))
          if isTakenBack { rehearsal.want(before) }
          try await rehearsal.change()
        }
      }
    }
    return "stopped after each of \(changes.count) changes"
  }

  /// Somebody has deleted the thing: it is not made again behind the host's back.
  @Sendable private static func updateGone(_ bed: TypeBed) async throws -> String {
    let properties = try wanted(bed)
    return try await bed.rehearse { rehearsal in
      try await rehearsal.make()
      let made = rehearsal.thing
      try await rehearsal.remove()
      rehearsal.thing = made
      rehearsal.want(properties)
      let conclusion = try await rehearsal.run("update")
      guard case .failed(.notFound, _) = conclusion else {
        throw rehearsal.unexpected("update of a thing that is gone", conclusion, "must fail with not_found")
      }
      try await rehearsal.expectNothing("after an update of a thing that is gone")
      return ""
    }
  }

  /// Without an id a thing of that name is changed only when its tags say that it is ours.
  @Sendable private static func updateForeign(_ bed: TypeBed) async throws -> String {
    guard bed.provision.schema?.owner != .parent else { throw Finding.skip("the type belongs to its parent") }
    let properties = try wanted(bed)
    return try await bed.rehearse { rehearsal in
      try await rehearsal.make()
      let (ours, tags) = (rehearsal.thing, rehearsal.tags)
      rehearsal.thing = Rehearsal.Thing()
      rehearsal.tags = LifeChecks.foreign(tags)
      rehearsal.want(properties)
      let conclusion = try await rehearsal.run("update")
      let changes = rehearsal.changes.map { rehearsal.effects[$0].call }
      rehearsal.thing = ours
      rehearsal.tags = tags
      guard changes.isEmpty else {
        throw Finding.fail(
          "update without an id \(conclusion.words) and asked for \(changes.joined(separator: ", ")) on a thing whose tags are another's",
          remedy: "without a recorded id compare all of identity.tags before anything is changed")
      }
      return ""
    }
  }

  /// The places of the effects of an update that change something.
  private static func changes(_ bed: TypeBed) async throws -> [Int] {
    let properties = try wanted(bed)
    return try await bed.rehearse { rehearsal in
      try await rehearsal.make()
      rehearsal.want(properties)
      _ = try await rehearsal.run("update")
      return rehearsal.changes
    }
  }
}
