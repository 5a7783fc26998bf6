internal import Contract
internal import JSON
internal import Store
internal import Templates

/// The types that the host provides itself.
extension ResourceLifecycle {
  func create(_ type: BuiltInType, _ record: ResourceRecord, desired: JSON, policy: CreationPolicy?) async throws -> ResourceRecord {
    var resource = record
    let words = resource.making
    if resource.status != words.inProgress {
      resource.status = words.inProgress
      resource.desired = desired
      resource.statusReason = nil
      try await save(&resource, reason: nil)
    }
    do {
      switch type {
      case .waitConditionHandle:
        let path = SignalURL(vault: context.store.vault).path(stackID: stack.id, resourceID: resource.id)
        resource.physicalID = try await context.signals.url() + path
      case .waitCondition:
        resource = try await meetCondition(resource, policy)
      case .stack:
        resource = try await NestedStack(self).create(resource)
      }
    } catch let error as RequestError {
      try await fail(resource.id, words.failed, error.description)
      throw Interruption.failure(.unavailable, error.description)
    } catch let interruption as Interruption {
      if case .failed(let failure) = interruption { try await fail(resource.id, words.failed, failure.message) }
      throw interruption
    }
    return try await finish(resource, words.complete)
  }

  func delete(_ type: BuiltInType, _ record: ResourceRecord) async throws {
    var resource = record
    if resource.status == .pending {
      _ = try await finish(resource, .deleteComplete, announce: false)
      return
    }
    if resource.status != .deleteInProgress {
      resource.status = .deleteInProgress
      resource.accepted = false
      try await save(&resource, reason: nil)
    }
    if type == .stack {
      do {
        try await NestedStack(self).delete(resource)
      } catch let interruption as Interruption {
        if case .failed(let failure) = interruption { try await fail(resource.id, .deleteFailed, failure.message) }
        throw interruption
      }
    }
    _ = try await finish(resource, .deleteComplete)
  }

  func cleanUpNested(_ record: ResourceRecord) async throws { try await NestedStack(self).cleanUp(record) }

  // MARK: - Signals

  /// Waits for the signals of a wait condition's handle, or, with a creation policy, for its own.
  private func meetCondition(_ record: ResourceRecord, _ policy: CreationPolicy?) async throws -> ResourceRecord {
    var resource = record
    resource.physicalID = "\(stack.arn(scope))/\(resource.logicalID)"
    let signals: [SignalRecord]
    if let handle = resource.desired["Handle"]?.string {
      guard let source = SignalURL.resourceID(ofHandle: handle) else {
        throw Interruption.failure(.badRequest, "Handle must be a Ref to an AWS::CloudFormation::WaitConditionHandle, and is '\(handle)'")
      }
      let count = resource.desired["Count"]?.scalarText.flatMap { Int($0) } ?? 1
      // Twelve hours are the most that the service takes.
      guard let timeout = resource.desired["Timeout"]?.scalarText.flatMap({ Int($0) }), (1...43_200).contains(timeout) else {
        throw Interruption.failure(.badRequest, "Timeout must be a number of seconds from 1 to 43200")
      }
      signals = try await awaitSignals(for: source, count: count, timeout: timeout, since: record.updatedAt) { received in
        "WaitCondition timed out. Received \(received) conditions when expecting \(count)"
      }
    } else if let policy {
      signals = try await awaitSignals(record, policy)
    } else {
      throw Interruption.failure(.badRequest, "a wait condition needs Handle and Timeout, or a CreationPolicy")
    }
    let data = Dictionary(signals.map { ($0.uniqueID, JSON.string($0.data ?? "")) }, uniquingKeysWith: { _, last in last })
    resource.attributes = ["Data": .string(JSON.object(data).text)]
    return resource
  }

  /// Waits for the signals that a creation policy asks for.
  @discardableResult
  func awaitSignals(_ record: ResourceRecord, _ policy: CreationPolicy) async throws -> [SignalRecord] {
    guard policy.count > 0 else { return [] }
    return try await awaitSignals(for: record.id, count: policy.count, timeout: policy.timeout, since: record.updatedAt) { received in
      "Failed to receive \(policy.count) resource signal(s) within the specified duration: there were \(received)"
    }
  }

  /// - Parameter since: when the waiting began, in seconds since 1970; a host that was started again goes on counting from there.
  private func awaitSignals(
    for resourceID: String, count: Int, timeout: Int, since: Int64, orSay problem: (_ received: Int) -> String
  ) async throws -> [SignalRecord] {
    while true {
      let seen = context.events.count
      let signals = try await context.store.read { try $0.signals(resourceID: resourceID) }
      if let failure = signals.first(where: { !$0.isSuccess }) {
        throw Interruption.failure(.internal, "received failed message: '\(failure.reason ?? "")' for uniqueId: \(failure.uniqueID)")
      }
      if signals.count >= count { return signals }
      let left = (since + Int64(timeout)) * 1000 - context.clock.milliseconds()
      guard left > 0 else { throw Interruption.failure(.internal, problem(signals.count)) }
      await context.waitForEvents(since: seen, milliseconds: Int(left))
      try Task.checkCancellation()
    }
  }
}
