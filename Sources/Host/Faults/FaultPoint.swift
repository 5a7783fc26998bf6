/// A place at which the fault campaign lets something die (docs/reliability.md). Dead in a host that was not started with `CLD_FAULTS`.
public enum FaultPoint: String, Sendable, CaseIterable {
  /// Around every durable commit of the store.
  case commitBefore = "commit.before"
  case commitAfter = "commit.after"
  /// Around every effect, on the host's side of the connection.
  case effectBefore = "effect.before"
  case effectAfter = "effect.after"
  /// Around taking up an operation.
  case claimBefore = "claim.before"
  case claimAfter = "claim.after"
  /// Around one look at a thing that is waited for.
  case pollBefore = "poll.before"
  case pollAfter = "poll.after"
  /// Around the commit that ends a resource's part of an operation.
  case finishBefore = "finish.before"
  case finishAfter = "finish.after"
  /// Around the request that deletes a thing.
  case deleteBefore = "delete.before"
  case deleteAfter = "delete.after"
  /// Around one look for late arrivals.
  case sweepBefore = "sweep.before"
  case sweepAfter = "sweep.after"
  /// Around handing events to a reader.
  case eventBefore = "event.before"
  case eventAfter = "event.after"
  /// Around one step of a driver.
  case stepBefore = "step.before"
  case stepAfter = "step.after"
}

/// A place in the worker process; the host hands the fault to the next worker that it starts.
public enum WorkerFaultPoint: String, Sendable, CaseIterable {
  /// In its cage, before anything is loaded.
  case start = "worker.start"
  /// Before the library is loaded.
  case load = "worker.load"
  /// The library is loaded, and nothing is reported yet.
  case ready = "worker.ready"
  /// A request is there, the driver has not seen it.
  case step = "worker.step"
  /// The driver has answered, half of the answer is written.
  case answer = "worker.answer"
}

/// A rule of the journal that a negative control takes away, to see that the campaign notices.
public enum Guard: String, Sendable, CaseIterable {
  /// An intent is durable before its effect leaves.
  case intent
  /// A retried effect has the token of the first try.
  case identity
  /// The sweep waits for the landing time and for the end of the operation.
  case patience
  /// A store that cannot be read is no empty store.
  case readable
  /// A lost reply says nothing about what happened.
  case uncertainty
  /// A commit that failed has kept nothing.
  case durability
  /// An event is in the commit of the change that it tells of.
  case outbox
}
