public import Contract
internal import Glibc
public import JSON

/// Which plugins a rule of a policy means: globs (`*`, `?`, `[...]`, as fnmatch(3) reads them) that must all match.
public struct PluginSelector: Hashable, Sendable {
  /// Over the plugin's name; nil matches any.
  public var name: String?
  /// Over the types that it provides: one must match; nil matches any.
  public var type: String?
  /// Over its publisher; nil matches any.
  public var publisher: String?

  /// A selector; one without any glob matches every plugin.
  public init(name: String? = nil, type: String? = nil, publisher: String? = nil) {
    self.name = name
    self.type = type
    self.publisher = publisher
  }

  /// Whether the rule means this plugin.
  public func matches(_ manifest: Manifest) -> Bool {
    name.map { Self.matches($0, manifest.name) } ?? true
      && publisher.map { Self.matches($0, manifest.publisher) } ?? true
      && type.map { glob in manifest.provides.contains { Self.matches(glob, $0.type) } } ?? true
  }

  /// As it stands in a policy file.
  public var json: JSON {
    var members: [String: JSON] = [:]
    for (key, glob) in [("name", name), ("type", type), ("publisher", publisher)] { members[key] = glob.map { .string($0) } }
    return .object(members)
  }

  private static func matches(_ glob: String, _ text: String) -> Bool { fnmatch(glob, text, 0) == 0 }
}

extension PluginSelector: CustomStringConvertible {
  /// `name "acme-*", publisher "ACME"`.
  public var description: String {
    [("name", name), ("type", type), ("publisher", publisher)].compactMap { key, glob in glob.map { "\(key) \"\($0)\"" } }
      .joined(separator: ", ")
  }
}
