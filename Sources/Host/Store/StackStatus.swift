/// CloudFormation's words for stacks (API reference, StackStatus).
public enum StackStatus: String, Sendable, Hashable {
  case createInProgress = "CREATE_IN_PROGRESS"
  case createComplete = "CREATE_COMPLETE"
  case createFailed = "CREATE_FAILED"
  case rollbackInProgress = "ROLLBACK_IN_PROGRESS"
  case rollbackComplete = "ROLLBACK_COMPLETE"
  case rollbackFailed = "ROLLBACK_FAILED"
  case deleteInProgress = "DELETE_IN_PROGRESS"
  case deleteComplete = "DELETE_COMPLETE"
  case deleteFailed = "DELETE_FAILED"

  /// Whether an operation is running on the stack.
  public var isInProgress: Bool {
    switch self {
    case .createInProgress, .rollbackInProgress, .deleteInProgress: true
    default: false
    }
  }
}
