internal import Contract
internal import JSON
internal import Plugins

/// What the author chose for a run.
struct CheckSettings: Sendable {
  /// Decides every random choice.
  var seed: UInt64
  /// How many steps are replayed to see whether they are pure.
  var replays = 1000
  /// Over how many steps memory must not grow.
  var steps = 10_000
  /// How many mutated requests a driver must survive, for each type.
  var mutations = 300
}

/// What a test works with: one plugin and its cassettes.
struct TestBed: Sendable {
  let folder: String
  let manifest: Manifest
  let library: LibrarySnapshot
  let setting: WorkerSetting
  let settings: CheckSettings
  let cassettes: [Cassette]
  let session: DriverSession

  /// A bed for one type.
  func bed(of provision: Provision) throws -> TypeBed {
    guard let cassette = cassettes.first(where: { $0.type == provision.type }) else {
      throw Finding.fail(
        "there is no cassette for \(provision.type)",
        remedy: "write \(folder)/cassettes/\(provision.type.replacing("::", with: "-")).json with what is wanted, and record it with --endpoint URL --record")
    }
    return TypeBed(bed: self, provision: provision, cassette: cassette, recorder: nil)
  }
}

/// What a test of one type works with.
struct TypeBed: Sendable {
  let bed: TestBed
  let provision: Provision
  let cassette: Cassette
  /// Where the clouds of the rehearsals are live, while a cassette is recorded.
  let recorder: Recorder?

  /// One thing from its beginning: its own name, in a cloud where nothing of it exists.
  func rehearse<Value>(_ body: (inout Rehearsal) async throws -> Value) async throws -> Value {
    let cloud: any Cloud = if let recorder { try await recorder.cloud() } else { ReplayCloud(cassette) }
    var rehearsal = rehearsal(cloud)
    guard let recorder else { return try await body(&rehearsal) }
    do {
      let value = try await body(&rehearsal)
      await recorder.clean(&rehearsal)
      return value
    } catch {
      await recorder.clean(&rehearsal)
      throw error
    }
  }

  /// A rehearsal in a cloud of one's own.
  func rehearsal(_ cloud: any Cloud) -> Rehearsal {
    Rehearsal(manifest: bed.manifest, provision: provision, session: bed.session, cassette: cassette, cloud: cloud)
  }

  /// Whether the type has the operation.
  func has(_ op: String) -> Bool { provision.ops.contains(op) }

  /// The type's actions, sorted.
  var actions: [String] { provision.ops.filter { $0.hasPrefix("action:") }.sorted() }
}
