public import JSON

/// What an update does to one resource (API reference, "ResourceChange").
public struct ResourceChange: Hashable, Sendable {
  /// The name in the template.
  public var logicalID: String
  /// The type's name.
  public var type: String
  /// What is done.
  public var action: Action
  /// What is done in the stack that the resource is; empty for every other type.
  public var nested: [ResourceChange] = []

  /// What is done to a resource. Contexts are what the template says of it before and after, with all values that are known
  /// (`{"Properties": ...}`), secrets masked.
  public enum Action: Hashable, Sendable {
    /// It is made.
    case add(after: JSON)
    /// It is changed in place or replaced.
    case modify(Modification)
    /// It leaves the stack.
    case remove(physicalID: String, disposal: Disposal, before: JSON)
  }

  /// A change of a resource that stays in the stack.
  public struct Modification: Hashable, Sendable {
    /// The thing as it stands.
    public var physicalID: String
    /// What changes, in the order of attributes and paths; never empty.
    public var details: [ChangeDetail]
    /// What happens to the old thing when it is replaced.
    public var disposal: Disposal
    /// What the template says of it now.
    public var before: JSON
    /// What the new template says.
    public var after: JSON

    /// Whether the thing is replaced: what the most intrusive of the details asks for.
    public var replacement: Replacement { details.map(\.replacement).max() ?? .never }

    /// The kinds of attributes that change, in order.
    public var scope: [ResourceAttribute] { ResourceAttribute.allCases.filter { kind in details.contains { $0.target.attribute == kind } } }
  }

  /// What becomes of a thing that its stack no longer needs ("DeletionPolicy attribute", "UpdateReplacePolicy attribute").
  public enum Disposal: String, Hashable, Sendable {
    case delete = "Delete"
    case retain = "Retain"
    case snapshot = "Snapshot"

    /// What a policy asks for; `Delete` where the template says nothing.
    init(_ policy: Template.Resource.DeletionPolicy?) {
      switch policy {
      case .delete, nil: self = .delete
      // Only the rollback of a create tells the two apart, and that is no change set's matter.
      case .retain, .retainExceptOnCreate: self = .retain
      case .snapshot: self = .snapshot
      }
    }
  }

  /// Whether an update replaces a thing. The order is that of intrusiveness.
  public enum Replacement: String, Hashable, Sendable, Comparable {
    case never = "False"
    /// It shows only when the change is made: the value follows then, or the type decides.
    case conditional = "Conditional"
    case always = "True"

    public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

    private var rank: Int {
      switch self {
      case .never: 0
      case .conditional: 1
      case .always: 2
      }
    }
  }
}
