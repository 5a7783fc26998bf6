internal import Contract
internal import Plugins

/// One test of the kit.
struct ConformanceTest: Sendable {
  /// The groups, in the order in which they run.
  enum Group: String, CaseIterable, Sendable {
    case manifest, elf, load, descriptor, contract, faults, quality, fuzz
  }

  /// What a test does. What a body returns is worth telling though the test passed; it throws a `Finding`.
  enum Work: Sendable {
    /// The host's own pipeline decides by these stages; a plugin that fails here is not rehearsed.
    case stages([Stage])
    case plugin(@Sendable (TestBed) async throws -> String)
    case type(Provision, @Sendable (TypeBed) async throws -> String)
  }

  let group: Group
  let name: String
  let work: Work
  /// Whether a recording must run it: it asks the cloud what a cassette has to hold.
  let isRecorded: Bool

  init(_ group: Group, _ name: String, _ work: Work, isRecorded: Bool = false) {
    self.group = group
    self.name = name
    self.work = work
    self.isRecorded = isRecorded
  }

  /// A test of one type.
  init(
    _ group: Group, _ name: String, _ provision: Provision, isRecorded: Bool = false,
    _ body: @escaping @Sendable (TypeBed) async throws -> String
  ) {
    self.init(group, name, .type(provision, body), isRecorded: isRecorded)
  }

  /// The type that it tests; nil for the plugin as a whole.
  var type: String? { if case .type(let provision, _) = work { provision.type } else { nil } }

  /// `group/name` or `group/TYPE/name`: what `--only`, waivers and reports name it by.
  var id: String { [group.rawValue, type, name].compactMap { $0 }.joined(separator: "/") }

  /// Runs a test of one type on a bed of one's own.
  func run(_ bed: TypeBed) async throws {
    if case .type(_, let body) = work { _ = try await body(bed) }
  }

  /// All tests of a plugin; without its manifest those of the stages.
  static func all(_ manifest: Manifest?) -> [ConformanceTest] {
    let provisions = manifest?.provides.sorted { $0.type < $1.type } ?? []
    return StageChecks.tests
      + provisions.flatMap { LifeChecks.tests($0) + OtherOpChecks.tests($0) + PropertyChecks.tests($0) + PurityChecks.tests($0) }
      + provisions.flatMap(FaultChecks.tests) + (manifest == nil ? [] : QualityChecks.tests) + provisions.flatMap(FuzzChecks.tests)
  }
}
