public import Contract
public import JSON

/// A plugin as listings show it.
public struct PluginRecord: Hashable, Sendable {
  /// What is known of a plugin's fitness.
  public enum State: String, Hashable, Sendable, CaseIterable {
    /// Its manifest is good; it was not probed yet.
    case declared
    /// It passed all stages and serves.
    case active
    /// The policy forbids it.
    case disabled
    /// A stage found a fault.
    case refused
    /// Its workers died again and again.
    case quarantined
    /// Another plugin of that name stands before it, or others provide all its types.
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
  /// Why it does not serve: refused, disabled by policy, in quarantine, or shadowed in all its types.
  public var refusal: Refusal?
  /// Why it is shadowed by one of its own name, or serves only some of its types.
  public var note: String?
  /// By which part of the search path it was found.
  public var origin: PluginOrigin
  /// The rule of the policy that decided, once the policy was asked.
  public var rule: String?
  /// The types of its manifest that another plugin provides, or that nobody does because nothing says who.
  public var contests: [Contest] = []
  /// The stages that it has passed.
  public var passed: [Stage]

  /// A record.
  public init(
    name: String, folder: String, state: State, manifest: Manifest? = nil, refusal: Refusal? = nil,
    note: String? = nil, passed: [Stage] = [], origin: PluginOrigin = .option
  ) {
    self.name = name
    self.folder = folder
    self.state = state
    self.manifest = manifest
    self.refusal = refusal
    self.note = note
    self.passed = passed
    self.origin = origin
  }

  /// A type that several plugins declare, for one that does not get it.
  public struct Contest: Hashable, Sendable {
    /// The type.
    public var type: String
    /// Who provides it; nil when nobody does.
    public var owner: String?
    /// Why, in one sentence.
    public var reason: String
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
      "shadowed_types": .array(contests.map { .string($0.type) }), "rule": rule.map { .string($0) } ?? .null,
    ]
  }

  /// - Parameter state: what it becomes by that.
  mutating func refuse(_ refusal: Refusal, as state: State = .refused) {
    self.state = state
    self.refusal = refusal
  }
}
