/// The closed set of codes with which a driver fails a step. Each has one documented action of the host
/// (docs/plugin-contract.md, "Error codes").
public enum ErrorCode: String, Hashable, Sendable, CaseIterable {
  /// The cloud or the driver refuses the request as it stands. Final.
  case badRequest = "bad_request"
  /// The thing, or something that it needs, does not exist. Final for create; success for delete.
  case notFound = "not_found"
  /// A thing of that name exists and is not ours. Final; nothing of ours deletes it.
  case exists
  /// The thing is ours but in a state, or of a shape, that rules the operation out. Final.
  case conflict
  /// Another operation is running on the thing. The host tries the operation again with back-off.
  case busy
  /// The cloud limits the rate. The host tries again with back-off.
  case throttled
  /// The credentials are wrong or expired. The host asks for others; the operation is held.
  case unauthenticated
  /// The credentials are right and lack a permission. Final.
  case denied
  /// A limit of the account is reached. Final.
  case quota
  /// The cloud has a fault of its own. The host tries again with back-off.
  case unavailable
  /// The driver cannot do that. Final.
  case unsupported
  /// The driver has a fault of its own. Final.
  case `internal`

  /// Whether the host steps the operation again, with back-off, instead of ending it.
  public var isTransient: Bool {
    switch self {
    case .busy, .throttled, .unavailable: true
    default: false
    }
  }
}
