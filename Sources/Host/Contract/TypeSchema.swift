public import JSON

/// What a type's schema file says: a CloudFormation registry schema, and what cld adds to it.
/// (CloudFormation CLI user guide, "Resource type schema".)
public struct TypeSchema: Hashable, Sendable {
  /// By what a thing is found again when the reply to its create is lost.
  public enum Identity: Hashable, Sendable {
    /// The caller chooses a unique name.
    case named
    /// A natural key under a parent.
    case keyed
    /// The cloud deduplicates by a client token for that long, in seconds.
    case token(window: Int)
    /// Found again by listing tags.
    case tagged
    /// Not at all: held for a person.
    case none
  }

  /// Whose tags show that a thing is ours.
  public enum Owner: String, Hashable, Sendable {
    /// Its own.
    case own = "self"
    /// Its parent's: a listener, an ingress rule.
    case parent
  }

  /// How the cloud wants names of this type.
  public struct Naming: Hashable, Sendable {
    /// The property that carries the name, such as `DBInstanceIdentifier`.
    public var property: String?
    /// The longest name in characters.
    public var longest: Int
    /// Whether capital letters are refused or folded by the cloud.
    public var lowercase: Bool
    /// The characters allowed beside letters and digits.
    public var punctuation: String

    /// Rules of names; nil `property` when the driver derives the name itself.
    public init(property: String?, longest: Int, lowercase: Bool, punctuation: String) {
      self.property = property
      self.longest = longest
      self.lowercase = lowercase
      self.punctuation = punctuation
    }
  }

  /// An action and what it needs.
  public struct Action: Hashable, Sendable {
    /// The states from which it is allowed; empty for any.
    public var from: [String]
    /// The state in which it ends.
    public var to: String

    /// An action.
    public init(from: [String], to: String) {
      self.from = from
      self.to = to
    }
  }

  /// The type's name, as the manifest provides it.
  public var typeName: String
  /// Grows when the recorded properties of the type change their form; 1 when the file does not say.
  public var schemaVersion: Int
  /// The whole file, for validation of properties (`properties`, `required`, `definitions`).
  public var document: JSON
  /// The properties that together identify a thing.
  public var primaryIdentifier: [JSONPointer]
  /// The properties that only a replacement changes.
  public var createOnlyProperties: [JSONPointer]
  /// The properties that only the cloud sets: the attributes.
  public var readOnlyProperties: [JSONPointer]
  /// The properties that the cloud never shows again.
  public var writeOnlyProperties: [JSONPointer]
  /// The properties and attributes that are secret.
  public var sensitive: [JSONPointer]
  /// How a thing is found again when the reply to its create is lost.
  public var identity: Identity
  /// Whose tags show that a thing is ours.
  public var owner: Owner
  /// How names are formed; nil when the type has none.
  public var naming: Naming?
  /// The property that carries tags, nil when the type cannot be tagged.
  public var tagProperty: String?
  /// How long a list may lack a thing that exists, in milliseconds.
  public var settleMilliseconds: Int
  /// How long an accepted create may take to become visible at all, in milliseconds.
  public var landingMaxMilliseconds: Int
  /// The actions by name, such as `stop`.
  public var actions: [String: Action]

  /// A schema; the defaults are those of a file that leaves the key out.
  public init(
    typeName: String, schemaVersion: Int, document: JSON, primaryIdentifier: [JSONPointer] = [],
    createOnlyProperties: [JSONPointer] = [], readOnlyProperties: [JSONPointer] = [],
    writeOnlyProperties: [JSONPointer] = [], sensitive: [JSONPointer] = [], identity: Identity = .none,
    owner: Owner = .own, naming: Naming? = nil, tagProperty: String? = nil, settleMilliseconds: Int = 0,
    landingMaxMilliseconds: Int = 0, actions: [String: Action] = [:]
  ) {
    self.typeName = typeName
    self.schemaVersion = schemaVersion
    self.document = document
    self.primaryIdentifier = primaryIdentifier
    self.createOnlyProperties = createOnlyProperties
    self.readOnlyProperties = readOnlyProperties
    self.writeOnlyProperties = writeOnlyProperties
    self.sensitive = sensitive
    self.identity = identity
    self.owner = owner
    self.naming = naming
    self.tagProperty = tagProperty
    self.settleMilliseconds = settleMilliseconds
    self.landingMaxMilliseconds = landingMaxMilliseconds
    self.actions = actions
  }
}
