internal import Contract
internal import JSON
internal import Store

extension StepRunner {
  /// A runner that only looks: nothing of it is recorded, and it needs no operation.
  /// - Parameters:
  ///   - purpose: what drivers and the queue of those that step know it by, in place of an operation's id.
  ///   - awaiting: what the driver is to look for (plugin-contract.md); nil when it does not matter.
  static func look(
    _ op: String = "read", for purpose: String, awaiting: String? = nil, input: JSON = .null, context: EngineContext, stack: StackRecord, scope: CloudScope,
    provider: Provider
  ) -> StepRunner {
    let operation = OperationRecord(id: purpose, stackID: stack.id, kind: .refresh, status: .running, createdAt: context.clock.seconds)
    var runner = StepRunner(context: context, stack: stack, operation: operation, scope: scope, provider: provider, op: op)
    runner.awaiting = awaiting
    runner.input = input
    runner.isRecorded = false
    return runner
  }

  /// A look at the same thing beside this op, in its operation.
  func look(awaiting: String) -> StepRunner {
    var runner = StepRunner(context: context, stack: stack, operation: operation, scope: scope, provider: provider, op: "read")
    runner.awaiting = awaiting
    runner.isRecorded = false
    return runner
  }
}
