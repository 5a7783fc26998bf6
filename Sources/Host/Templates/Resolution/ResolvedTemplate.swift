public import JSON

/// A template with everything put in that is known before anything exists.
public struct ResolvedTemplate: Hashable, Sendable {
  /// The resources that are made under the conditions, each as its section of the template without `Condition`.
  public var resources: [String: JSON] = [:]
  /// The same resources as the template has them, with loops unrolled and nothing put in: what tells which parameters a value follows from.
  public var sources: [String: JSON] = [:]
  /// The outputs under the conditions.
  public var outputs: [String: JSON] = [:]
  /// How the conditions came out.
  public var conditions: [String: Bool] = [:]
}
