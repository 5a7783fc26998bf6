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

  case reviewInProgress = "REVIEW_IN_PROGRESS"
  case updateInProgress = "UPDATE_IN_PROGRESS"
  case updateCleanupInProgress = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
  case updateComplete = "UPDATE_COMPLETE"
  case updateFailed = "UPDATE_FAILED"
  case updateRollbackInProgress = "UPDATE_ROLLBACK_IN_PROGRESS"
  case updateRollbackCleanupInProgress = "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"
  case updateRollbackComplete = "UPDATE_ROLLBACK_COMPLETE"
  case updateRollbackFailed = "UPDATE_ROLLBACK_FAILED"

  /// Whether everything of the stack's template is there, so that others may build on it and an update may begin.
  public var isSteady: Bool {
    switch self {
    case .createComplete, .updateComplete, .updateRollbackComplete: true
    default: false
    }
  }
}
