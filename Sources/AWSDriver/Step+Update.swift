public import JSON
public import PluginKit

extension Step {
  /// Whether an update changes any of these properties.
  public func changes(_ names: String...) -> Bool { names.contains { (desired[$0] ?? .null) != (previous[$0] ?? .null) } }

  /// The id of the thing that an update changes.
  /// - Throws: `not_found` when none is recorded and `find` finds none.
  public func updated(_ kind: String, orElse find: () throws -> String?) throws -> String {
    if let id = try current.id ?? find() { return id }
    throw gone(kind)
  }

  /// What an update fails with when the thing that it is to change is not there.
  public func gone(_ kind: String) -> Failure {
    Failure(.notFound, "the \(kind) \(current.id ?? name) that is to be changed is not there")
  }

  /// What an update does to the thing's tags, where `Tags` is a list of Key and Value.
  public var tagChange: TagChange { TagChange(from: tagMap(previous["Tags"]), to: tagMap(desired["Tags"]), ours: tags) }
}

/// What an update does to the tags that a user has given. Those that show that the thing is ours stay as they are.
public struct TagChange: Sendable, Hashable {
  /// The tags that are new, or have another value.
  public let added: [String: String]
  /// The keys that are no longer wanted, sorted.
  public let removed: [String]

  /// The way from the one tags to the others.
  /// - Parameter ours: the tags of identity, which no user's tag takes away or overwrites.
  public init(from old: [String: String], to new: [String: String], ours: [String: String]) {
    added = new.filter { old[$0.key] != $0.value && ours[$0.key] == nil }
    removed = old.keys.filter { new[$0] == nil && ours[$0] == nil }.sorted()
  }

  /// The tags that are added as a list, in a stable order.
  public func list(_ tagCase: TagCase = .upper) -> JSON { tagCase.list(added) }

  /// The keys that are removed.
  public var removedKeys: JSON { .array(removed.map { .string($0) }) }
}
