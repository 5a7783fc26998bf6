/// Decides between extensions of one name. It sees every duplicate, not only the first and the last.
public struct ConflictResolver: Sendable {
  /// The one that is to be used; nil when none is.
  public var choose: @Sendable (_ name: String, _ extensions: [Extension]) -> Extension?

  /// A resolver of one's own.
  public init(_ choose: @escaping @Sendable (_ name: String, _ extensions: [Extension]) -> Extension?) { self.choose = choose }

  /// What the catalogue has settled on: pins, root's approval, who was there before. The host uses this one.
  public static let owner = ConflictResolver { _, extensions in
    let owners = extensions.filter(\.isOwner)
    return owners.count == 1 ? owners[0] : nil
  }

  /// Nobody: several of one name are an error (stevedore's `error_on_conflict`).
  public static let refuse = ConflictResolver { _, extensions in extensions.count == 1 ? extensions[0] : nil }

  /// The first in the order of the set (stevedore's `ignore_conflicts` takes the last that it happened to import).
  public static let first = ConflictResolver { _, extensions in extensions.first }
}
