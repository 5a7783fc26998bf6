public import Contract

/// One type as one plugin offers it: what stevedore calls an extension, known from the manifest alone.
public struct Extension: Hashable, Sendable {
  /// The plugin's name.
  public var plugin: String
  /// Its declaration of the type.
  public var provision: Provision
  /// Whether the plugin passed all stages, as far as is known without loading it; else it is only declared.
  public var isActive: Bool
  /// Whether this plugin is the one that provides the type, where several offer it.
  public var isOwner: Bool

  /// An extension; tests make catalogues of them.
  public init(plugin: String, provision: Provision, isActive: Bool = true, isOwner: Bool = true) {
    self.plugin = plugin
    self.provision = provision
    self.isActive = isActive
    self.isOwner = isOwner
  }

  /// Whether a person who says `name` means it: its short name or its type.
  public func isNamed(_ name: String) -> Bool { provision.alias == name || provision.type == name }
}
