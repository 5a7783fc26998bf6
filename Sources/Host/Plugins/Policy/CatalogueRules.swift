/// All that is decided outside of the plugins themselves: a value that the catalogue is made with.
public struct CatalogueRules: Hashable, Sendable {
  /// What root and the user allow.
  public var policy: Policy
  /// The lock files that a policy may require; a damaged one as its error's sentence.
  public var locks: [PolicyFile.Level: Result<PluginLock, Refusal>]
  /// The plugins that died again and again.
  public var quarantine: Quarantine
  /// Who provided each type, and each alias, until now: the claim's text to the plugin's name.
  public var incumbents: [String: String]

  /// Rules; the default forbids nothing and remembers nothing.
  public init(
    policy: Policy = Policy(), locks: [PolicyFile.Level: Result<PluginLock, Refusal>] = [:], quarantine: Quarantine = Quarantine(),
    incumbents: [String: String] = [:]
  ) {
    self.policy = policy
    self.locks = locks
    self.quarantine = quarantine
    self.incumbents = incumbents
  }
}
