internal import AWSDriver
internal import JSON

/// How far the deployment of a service is.
struct Rollout {
  enum State: Equatable {
    case steady
    case running(String)
    case failed(String)
  }

  let state: State
  /// What the service says happened, newest first.
  let events: [String]

  init(_ service: JSON) {
    events = service["events"].items().compactMap { $0["message"]?.string }
    let primary = service["deployments"].items().first { $0["status"]?.string == "PRIMARY" }
    let wanted = service["desiredCount"]?.int ?? 0
    let running = service["runningCount"]?.int ?? 0
    let counts = "\(running) of \(wanted) tasks run"
    switch primary?["rolloutState"]?.string {
    case "FAILED": state = .failed(primary?["rolloutStateReason"]?.string ?? "the deployment failed")
    case "IN_PROGRESS": state = .running(counts)
    default:
      // COMPLETED, or an emulator without rollout states.
      state = running >= wanted ? .steady : .running(counts)
    }
  }
}
