public import JSON

/// What people set on a stack, beside its template.
public struct StackSettings: Sendable, Hashable {
  /// Whether deleting the stack is refused.
  public var isProtected: Bool
  /// The stack policy: which resources an update may touch; nil for all (CloudFormation user guide, "Prevent updates to stack resources").
  public var policy: JSON?
  /// The stack's own tags, which its resources get too.
  public var tags: [String: String]

  /// Settings; the defaults are those of a stack that nobody has set anything on.
  public init(isProtected: Bool = false, policy: JSON? = nil, tags: [String: String] = [:]) {
    self.isProtected = isProtected
    self.policy = policy
    self.tags = tags
  }

  var json: JSON {
    ["protected": .bool(isProtected), "policy": policy ?? .null, "tags": .object(tags.mapValues { .string($0) })]
  }

  init(json: JSON) {
    let policy = json["policy"] ?? .null
    self.init(
      isProtected: json["protected"] == true, policy: policy.isNull ? nil : policy,
      tags: (json["tags"]?.object ?? [:]).compactMapValues(\.string))
  }
}
