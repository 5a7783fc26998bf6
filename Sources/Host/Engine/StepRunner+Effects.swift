internal import Contract
internal import Effects
internal import Faults
internal import JSON
internal import Logging
internal import Store

/// The effects of a step: from the intent to an outcome that is known.
extension StepRunner {
  func perform(_ request: EffectRequest, _ journal: inout Journal, _ resource: inout ResourceRecord) async throws {
    guard let endpoint = provider.manifest.endpoints[request.endpoint], let call = endpoint.calls[request.call] else {
      throw Interruption.failure(
        .internal, "\(provider.manifest.name) asks for \(request.endpoint) \(request.call), which its manifest does not list")
    }
    if call.mutates && !mayMutate {
      throw Interruption.failure(.internal, "\(provider.manifest.name) wants to change the cloud in \(op) of \(resource.type)")
    }
    guard journal.count < Self.mostEffects, !call.mutates || journal.mutations < Self.mostMutations else {
      throw Interruption.failure(.internal, "\(provider.manifest.name) asks for too many effects in \(op) of \(resource.type)")
    }
    if call.mutates, let handle, !handle.commit() {
      try await journal.flush(self, resource, event: nil)
      throw CancellationError()
    }
    journal.append(request, mutates: call.mutates, at: context.clock.seconds)
    if call.mutates && !Faults.isRemoved(.intent) { try await journal.flush(self, resource, event: nil) }
    try await send(request, endpoint, call, &journal, &resource)
  }

  /// Sends the newest effect of the journal until its outcome is known.
  private func send(
    _ request: EffectRequest, _ endpoint: Endpoint, _ call: Call, _ journal: inout Journal, _ resource: inout ResourceRecord,
    mayHaveArrived: Bool = false
  ) async throws {
    var attempts = 0
    var mayHaveArrived = mayHaveArrived
    while true {
      let effect = try await outgoing(request, endpoint, resource, isRepeated: mayHaveArrived)
      let gateway = context.gateway
      Faults.reach(.effectBefore)
      // In a task of its own: a cancelled operation must not tear the connection of a request that the cloud may be executing.
      let outcome = await Task(operation: { await gateway.perform(effect) }).value
      Faults.reach(.effectAfter)
      switch outcome {
      case .answer(let status, let headers, let body, let full, let secrets, let followsLoss):
        if followsLoss { journal.doubt() }
        for (handle, secret) in secrets {
          journal.add(secret: handle, sealed: try context.store.vault.seal(secret, handle: handle))
        }
        journal.answer(status: status, headers: headers, body: body, full: full)
        return
      case .lost where Faults.isRemoved(.uncertainty):
        journal.answer(status: 200, headers: [:], body: [:], full: [:])
        return
      case .lost(let reason):
        mayHaveArrived = true
        journal.doubt()
        context.log.notice("\(resource.logicalID): the reply to \(request.call) is lost: \(reason)")
        try await refuseLostSecret(call, &journal, resource)
        switch call.repeating {
        case .safe where !call.mutates || isInWindow(journal): break
        case .safe, .check:
          if call.mutates {
            try await settle()
            journal.lose()
            return
          }
        case .unsafe:
          throw undecided(request, resource, "was sent, nobody knows whether it was executed, and it must not be repeated")
        }
        attempts += 1
        try await journal.flush(self, resource, event: waiting(resource, reason))
        try await context.timer.sleep(milliseconds: Self.backOff(attempts))
      case .notSent(let reason), .unauthenticated(let reason):
        if !mayHaveArrived { try await forget(&journal, resource) }
        throw Interruption.held(reason: reason)
      case .refused(let reason):
        if !mayHaveArrived { try await forget(&journal, resource) }
        throw Interruption.failure(.internal, "\(provider.manifest.name): \(reason)")
      }
    }
  }

  /// Drops the newest effect, which surely has not left.
  private func forget(_ journal: inout Journal, _ resource: ResourceRecord) async throws {
    journal.dropUnsent()
    try await journal.flush(self, resource, event: nil)
  }

  /// After a crash: finds out what became of an effect whose intent is the last thing that the journal knows.
  func resolve(_ journal: inout Journal, _ resource: inout ResourceRecord) async throws {
    guard let request = journal.openIntent else { return }
    journal.doubt()
    guard let endpoint = provider.manifest.endpoints[request.endpoint], let call = endpoint.calls[request.call] else {
      throw undecided(request, resource, "may have been executed, and \(provider.manifest.name) no longer lists it")
    }
    try await refuseLostSecret(call, &journal, resource)
    switch call.repeating {
    case .safe where isInWindow(journal): try await send(request, endpoint, call, &journal, &resource, mayHaveArrived: true)
    case .safe, .check:
      try await settle()
      journal.lose()
    case .unsafe:
      throw undecided(request, resource, "may have been executed when the host died, and must not be repeated")
    }
  }

  /// Whether the cloud still knows the token of the newest effect, so that sending it again makes nothing twice. A clock that has gone back says nothing.
  private func isInWindow(_ journal: Journal) -> Bool {
    guard case .token(let window) = provider.provision.schema?.identity, let asked = journal.lastAskedAt else { return true }
    let age = context.clock.seconds - asked
    return age >= 0 && age + Self.windowMargin <= Int64(window)
  }

  /// Seconds that a request may take to the cloud, and that two clocks may differ.
  private static let windowMargin: Int64 = 5

  /// Waits until a list must show what was made before; not cut short when the operation is cancelled, since what comes next looks.
  func settle() async throws {
    let (timer, milliseconds) = (context.timer, provider.provision.schema?.settleMilliseconds ?? 0)
    try await Task { try await timer.sleep(milliseconds: milliseconds) }.value
  }

  /// A type whose secret is shown once is made again as the next generation when the answer of its create is lost.
  private func refuseLostSecret(_ call: Call, _ journal: inout Journal, _ resource: ResourceRecord) async throws {
    guard op == "create", call.mutates, provider.provision.schema?.document["secretOnce"] == true else { return }
    journal.dropAll()
    try await journal.flush(self, resource, event: nil)
    throw Interruption.secretLost
  }

  private func outgoing(
    _ request: EffectRequest, _ endpoint: Endpoint, _ resource: ResourceRecord, isRepeated: Bool
  ) async throws -> OutgoingEffect {
    let naming = context.naming
    let fresh = isRepeated && Faults.isRemoved(.identity) ? try Store.identifier() : ""
    // Undoing an update, in the same operation, asks for something else than the update did.
    var operationID = operation.id
    if case .reversion = resource.change?.kind, op == "update" { operationID += "-back" }
    let (id, generation, change) = (resource.id, resource.generation, operationID)
    return OutgoingEffect(
      request: request, endpoint: endpoint, scope: scope,
      secrets: try await context.store.secrets(request.secretHandles), dynamicReferences: resource.desired.dynamicReferences,
      token: { naming.token(resourceID: id, generation: generation, operationID: change, key: $0 + fresh) })
  }
}

extension EffectRequest {
  /// The handles of the secrets that its expressions name.
  fileprivate var secretHandles: Set<String> {
    let arguments = [path, query, headers].reduce(into: Set<String>()) { $0.formUnion(JSON.object($1).secretHandles) }
    switch body {
    case .none: return arguments
    case .json(let json), .text(let json): return arguments.union(json.secretHandles)
    case .form(let fields): return arguments.union(JSON.object(fields).secretHandles)
    }
  }
}
