public import Contract

/// Extensions that were chosen from the catalogue, sorted by type or in the order of the names that were asked for.
/// Choosing reads manifests only: no code of a plugin runs before somebody steps it. docs/plugin-host.md maps stevedore's managers to this.
public struct ExtensionSet: Sendable {
  /// The extensions.
  public let extensions: [Extension]

  /// A set of these: tests make them without any file.
  public init(_ extensions: [Extension]) { self.extensions = extensions }

  /// The extensions of one group (such as `aws.resource`), whoever provides them.
  public func group(_ group: String) -> ExtensionSet { ExtensionSet(extensions.filter { $0.provision.group == group }) }

  /// The extensions of one cloud and kind.
  public func group(cloud: String, kind: Provision.Kind) -> ExtensionSet {
    ExtensionSet(extensions.filter { $0.provision.cloud == cloud && $0.provision.kind == kind })
  }

  /// Those that a test lets pass, decided before any code runs (stevedore's EnabledExtensionManager, which imports first).
  public func enabled(_ isEnabled: (Extension) -> Bool) -> ExtensionSet { ExtensionSet(extensions.filter(isEnabled)) }

  /// Those that provide their type: of several that offer one, the one that the catalogue has settled on.
  public var owners: ExtensionSet { enabled(\.isOwner) }

  /// Those with these names, in the order of the names, and the names that nobody has.
  public func named(_ names: [String]) -> NamedExtensions {
    var missing: [NamedExtensions.Missing] = []
    var found: [Extension] = []
    for name in names {
      let matches = extensions.filter { $0.isNamed(name) }
      if matches.isEmpty { missing.append(.init(name: name, nearest: nearest(to: name))) }
      found += matches
    }
    return NamedExtensions(found: ExtensionSet(found), missing: missing)
  }

  /// All with one name, called one after the other: a hook.
  public func hook(_ name: String) -> ExtensionSet { enabled { $0.isNamed(name) } }

  /// Exactly one with a name.
  /// - Parameter resolver: what decides between several; it sees every one of them.
  /// - Throws: `AccessError` when there is none, or the resolver does not decide.
  public func driver(_ name: String, resolver: ConflictResolver = .owner) throws(AccessError) -> Extension {
    let matches = extensions.filter { $0.isNamed(name) }
    switch matches.count {
    case 0: throw .missing(name: name, nearest: nearest(to: name))
    case 1 where matches[0].isOwner: return matches[0]
    default:
      guard let chosen = resolver.choose(name, matches) else { throw .several(name: name, plugins: matches.map(\.plugin)) }
      return chosen
    }
  }

  /// The names that people use, sorted.
  public var names: [String] { Array(Set(extensions.map { $0.provision.alias ?? $0.provision.type })).sorted() }

  /// The known name that an unknown one may have meant.
  public func nearest(to name: String) -> String? {
    EditDistance.nearest(name, extensions.flatMap { [$0.provision.type] + ($0.provision.alias.map { [$0] } ?? []) })
  }
}

/// What was found of the names that were asked for.
public struct NamedExtensions: Sendable {
  /// A name that nobody has.
  public struct Missing: Hashable, Sendable {
    /// The name.
    public var name: String
    /// What may have been meant.
    public var nearest: String?
  }

  /// In the order of the names.
  public var found: ExtensionSet
  /// The names that nobody has, in order.
  public var missing: [Missing]
}

/// Why there is not exactly one.
public enum AccessError: Error, Hashable, Sendable {
  /// Nobody has that name.
  case missing(name: String, nearest: String?)
  /// Several plugins offer it, and nothing says which one is to provide it.
  case several(name: String, plugins: [String])
}

extension AccessError: CustomStringConvertible {
  /// One sentence with what to do.
  public var description: String {
    switch self {
    case .missing(let name, let nearest): "no plugin provides '\(name)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
    case .several(let name, let plugins):
      "\(plugins.joined(separator: " and ")) offer '\(name)': `cld plugin pin TYPE NAME` says which one provides it"
    }
  }
}
