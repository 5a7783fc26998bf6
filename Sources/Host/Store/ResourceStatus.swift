/// CloudFormation's words for resources (API reference, ResourceStatus); `pending` is before the first of them.
public enum ResourceStatus: String, Sendable, Hashable {
  case pending = "PENDING"
  case createInProgress = "CREATE_IN_PROGRESS"
  case createComplete = "CREATE_COMPLETE"
  case createFailed = "CREATE_FAILED"
  case updateInProgress = "UPDATE_IN_PROGRESS"
  case updateComplete = "UPDATE_COMPLETE"
  case updateFailed = "UPDATE_FAILED"
  case deleteInProgress = "DELETE_IN_PROGRESS"
  case deleteComplete = "DELETE_COMPLETE"
  case deleteFailed = "DELETE_FAILED"
  case deleteSkipped = "DELETE_SKIPPED"

  /// Whether something of it may be in the cloud.
  public var mayExist: Bool {
    switch self {
    case .pending, .deleteComplete, .deleteSkipped: false
    default: true
    }
  }

  /// Whether it is there and usable.
  public var isComplete: Bool { self == .createComplete || self == .updateComplete }
}
