public import JSON

/// Typed resources and the references between them: what one operation makes, changes or deletes.
public struct Template: Hashable, Sendable {
  /// The resources by logical id.
  public var resources: [String: Resource]
  /// What is shown to people, as expressions by name.
  public var outputs: [String: JSON]
  /// What peers and applications may use, as expressions by name.
  public var exports: [String: JSON]

  /// A template of these parts.
  public init(resources: [String: Resource] = [:], outputs: [String: JSON] = [:], exports: [String: JSON] = [:]) {
    self.resources = resources
    self.outputs = outputs
    self.exports = exports
  }

  /// One resource of a template.
  public struct Resource: Hashable, Sendable {
    /// What happens to the thing when its resource is deleted.
    public enum DeletionPolicy: String, Hashable, Sendable {
      case delete = "Delete"
      case retain = "Retain"
      /// Kept, unless the operation that made it is rolled back.
      case retainExceptOnCreate = "RetainExceptOnCreate"
      case snapshot = "Snapshot"
    }

    /// The type's name.
    public var type: String
    /// The properties, with references.
    public var properties: JSON
    /// The logical ids that must be complete before, beside those that the properties refer to.
    public var dependsOn: [String]
    /// What happens on delete; nil when nothing was said.
    public var deletionPolicy: DeletionPolicy?
    /// What happens to the old thing when an update replaces it; nil when nothing was said.
    public var updateReplacePolicy: DeletionPolicy?
    /// The signals without which the thing is not ready; null for none.
    public var creationPolicy: JSON
    /// What its author wrote about it; programs on the thing may read it.
    public var metadata: JSON

    /// A resource.
    public init(
      type: String, properties: JSON = [:], dependsOn: [String] = [], deletionPolicy: DeletionPolicy? = nil,
      updateReplacePolicy: DeletionPolicy? = nil, creationPolicy: JSON = .null, metadata: JSON = .null
    ) {
      self.type = type
      self.properties = properties
      self.dependsOn = dependsOn
      self.deletionPolicy = deletionPolicy
      self.updateReplacePolicy = updateReplacePolicy
      self.creationPolicy = creationPolicy
      self.metadata = metadata
    }
  }
}

/// A template that does not hold together.
public enum TemplateError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A part has the wrong form.
  case malformed(place: String, problem: String)
  /// A reference to a logical id that is not there.
  case unknownReference(from: String, to: String, nearest: String?)
  /// Resources that wait for each other, in order.
  case cycle([String])

  /// The sentence for people.
  public var description: String {
    switch self {
    case .malformed(let place, let problem): "\(place) \(problem)"
    case .unknownReference(let from, let to, let nearest):
      "\(from) refers to '\(to)', which the template does not have" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
    case .cycle(let loop): "circular dependency: " + (loop + loop.prefix(1)).joined(separator: " → ")
    }
  }
}
