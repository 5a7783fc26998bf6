public import JSON

/// What people set on a stack, beside its template.
public struct StackSettings: Sendable, Hashable {
  /// Whether deleting the stack is refused.
  public var isProtected: Bool
  /// The stack policy: which resources an update may touch; nil for all (CloudFormation user guide, "Prevent updates to stack resources").
  public var policy: JSON?

  /// Settings; the defaults are those of a stack that nobody has set anything on.
  public init(isProtected: Bool = false, policy: JSON? = nil) {
    self.isProtected = isProtected
    self.policy = policy
  }

  var json: JSON {
    ["protected": .bool(isProtected), "policy": policy ?? .null]
  }

  init(json: JSON) {
    let policy = json["policy"] ?? .null
    self.init(
      isProtected: json["protected"] == true, policy: policy.isNull ? JSON?.none : policy)
  }
}
