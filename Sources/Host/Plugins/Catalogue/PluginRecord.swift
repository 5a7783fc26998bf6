public import Contract
public import JSON

/// A plugin as listings show it.
public struct PluginRecord: Hashable, Sendable {
  /// What is known of a plugin's fitness.
  public enum State: String, Hashable, Sendable, CaseIterable {
    /// Its manifest is good; it was not probed yet.
    case declared
    case active
    case disabled
    case refused
    case quarantined
    /// Another plugin of that name, or with one of its types, stands before it.
    case shadowed
  }

  /// The name of its folder, which the manifest must repeat.
  public var name: String
  /// The folder's path.
  public var folder: String
  /// What is known of its fitness.
  public var state: State
  /// Nil when the manifest itself is refused.
  public var manifest: Manifest?
  /// Why it is refused; nil in any other state.
  public var refusal: Refusal?
  /// Why it is shadowed or disabled.
  public var note: String?
  /// The stages that it has passed.
  public var passed: [Stage]

  /// A record.
  public init(
    name: String, folder: String, state: State, manifest: Manifest? = nil, refusal: Refusal? = nil,
    note: String? = nil, passed: [Stage] = []
  ) {
    self.name = name
    self.folder = folder
    self.state = state
    self.manifest = manifest
    self.refusal = refusal
    self.note = note
    self.passed = passed
  }

  /// The reason of its state in one sentence.
  public var reason: String? { refusal?.evidence ?? note }

  /// The object of `plugin list -o json`.
  public var json: JSON {
    [
      "name": .string(name), "version": manifest.map { .string($0.version) } ?? .null,
      "state": .string(state.rawValue), "reason": reason.map { .string($0) } ?? .null,
      "code": refusal.map { .string($0.code.rawValue) } ?? .null, "path": .string(folder),
      "types": .array((manifest?.provides ?? []).map { .string($0.type) }),
    ]
  }

  mutating func refuse(_ refusal: Refusal) {
    state = .refused
    self.refusal = refusal
  }
}
