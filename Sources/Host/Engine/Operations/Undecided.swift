internal import Contract
internal import JSON
internal import Store

/// An effect that may have been executed, whose request must not be repeated and whose outcome nobody can find out but a person.
struct Undecided {
  let resource: ResourceRecord
  let effect: EffectRecord

  /// The name of the call in the manifest.
  var call: String { effect.request["call"]?.string ?? "the request" }

  /// Why an operation waits for a person, and the command with which he answers.
  static func reason(_ operationID: String, _ logicalID: String, _ sentence: String) -> String {
    "\(sentence): look into the account, then say what you found with `cld operation resolve \(operationID) \(logicalID) --exists PHYSICAL-ID` or `--absent`"
  }
}

extension Provider {
  /// Whether only a person can tell what became of that effect: its call must not be repeated, or is not listed any more.
  func cannotDecide(_ request: EffectRequest) -> Bool {
    guard let call = manifest.endpoints[request.endpoint]?.calls[request.call] else { return true }
    return call.repeating == .unsafe
  }
}

extension StepRunner {
  /// Waits for a person.
  func undecided(_ request: EffectRequest, _ resource: ResourceRecord, _ sentence: String) -> Interruption {
    .held(reason: Undecided.reason(operation.id, resource.logicalID, "\(request.call) for \(resource.logicalID) \(sentence)"))
  }
}

extension EngineContext {
  /// The request that may have made a thing and of which only a person can tell; nil when there is none.
  func undecidedCreate(of resourceID: String, by provider: Provider) async throws -> EffectRequest? {
    let intents = try await store.read { try $0.openIntents(resourceID: resourceID) }
    return intents.filter { $0.op == "create" }.compactMap { try? EffectRequest(json: $0.request) }.first { provider.cannotDecide($0) }
  }
}

extension ResourceLifecycle {
  /// Refuses to take a thing for absent while nobody knows whether it was made: deleting needs its id, or a person who says that there is none.
  func requireDecided(_ resource: ResourceRecord, _ provider: Provider) async throws {
    guard resource.physicalID == nil, let request = try await context.undecidedCreate(of: resource.id, by: provider) else { return }
    throw Interruption.held(
      reason: Undecided.reason(
        operation.id, resource.logicalID,
        "\(request.call) for \(resource.logicalID) may have been executed, so that nobody knows whether there is anything to delete"))
  }
}
