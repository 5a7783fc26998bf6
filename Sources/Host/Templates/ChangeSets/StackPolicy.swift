/// Which updates of which resources a stack allows ("Prevent updates to stack resources" of the CloudFormation user guide).
///
/// Once a stack has a policy, what no statement allows is denied, and a statement that denies wins over any that allows. Making resources is
/// always allowed.
public struct StackPolicy: Hashable, Sendable {
  /// What an update does to a resource.
  public enum Update: String, Hashable, Sendable, CaseIterable {
    case modify = "Update:Modify"
    case replace = "Update:Replace"
    case delete = "Update:Delete"
  }

  /// A change that the policy does not let happen.
  public struct Denial: Hashable, Sendable {
    /// The resource.
    public var logicalID: String
    /// What would be done to it.
    public var update: Update
    /// The statement that denies it, from 1; nil when none allows it.
    public var statement: Int?
  }

  struct Statement: Hashable, Sendable {
    enum Effect: String {
      case allow = "Allow"
      case deny = "Deny"
    }

    enum Resources: Hashable {
      /// Those whose `LogicalResourceId/...` matches one of the patterns.
      case matching([String])
      /// All but those.
      case besides([String])
    }

    var effect: Effect
    var updates: Set<Update>
    var resources: Resources
    /// Patterns of types, one list for each condition; each must have one that matches.
    var types: [[String]]

    func applies(to update: Update, of logicalID: String, _ type: String) -> Bool {
      guard updates.contains(update), types.allSatisfy({ $0.contains { type.matches($0) } }) else { return false }
      let name = "LogicalResourceId/" + logicalID
      return switch resources {
      case .matching(let patterns): patterns.contains { name.matches($0) }
      case .besides(let patterns): !patterns.contains { name.matches($0) }
      }
    }
  }

  let statements: [Statement]

  /// The changes that the policy denies, in the order of logical ids. What may be replaced must be allowed to be changed and to be replaced.
  public func denials(in changes: ChangeSet) -> [Denial] {
    changes.changes.flatMap { change in
      change.updates.compactMap { update in denial(of: update, change.logicalID, change.type) }
    }
  }

  /// The logical ids of the resources whose changes the policy denies.
  public func denied(in changes: ChangeSet) -> Set<String> { Set(denials(in: changes).map(\.logicalID)) }

  private func denial(of update: Update, _ logicalID: String, _ type: String) -> Denial? {
    var isAllowed = false
    for (index, statement) in statements.enumerated() where statement.applies(to: update, of: logicalID, type) {
      if statement.effect == .deny { return Denial(logicalID: logicalID, update: update, statement: index + 1) }
      isAllowed = true
    }
    return isAllowed ? nil : Denial(logicalID: logicalID, update: update, statement: nil)
  }
}

extension StackPolicy.Denial: CustomStringConvertible {
  /// One sentence.
  public var description: String {
    let reason = statement.map { "statement \($0) of the stack policy denies it" } ?? "no statement of the stack policy allows it"
    return "\(update.rawValue) of '\(logicalID)' is denied: \(reason)"
  }
}

extension ResourceChange {
  fileprivate var updates: [StackPolicy.Update] {
    switch action {
    case .add: []
    case .remove: [.delete]
    case .modify(let modification):
      switch modification.replacement {
      case .never: [.modify]
      case .conditional: [.modify, .replace]
      case .always: [.replace]
      }
    }
  }
}

extension String {
  /// Whether the text fits a pattern in which `*` is any text and `?` any character.
  fileprivate func matches(_ pattern: String) -> Bool {
    let text = Array(unicodeScalars), pattern = Array(pattern.unicodeScalars)
    var (place, at) = (0, 0)
    // Where to go on when what follows the last star does not fit.
    var star: (pattern: Int, text: Int)?
    while place < text.count {
      if at < pattern.count, pattern[at] == "*" {
        star = (at, place)
        at += 1
      } else if at < pattern.count, pattern[at] == "?" || pattern[at] == text[place] {
        at += 1
        place += 1
      } else if let last = star {
        star = (last.pattern, last.text + 1)
        (at, place) = (last.pattern + 1, last.text + 1)
      } else {
        return false
      }
    }
    return pattern[at...].allSatisfy { $0 == "*" }
  }
}
