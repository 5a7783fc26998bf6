internal import Contract
internal import Effects
internal import JSON
internal import Store
internal import Synchronization

/// Sends effects to their clouds in the name of the account that the stack belongs to.
public struct CloudGateway: EffectGateway {
  private let performer: EffectPerformer
  private let accounts: CloudAccounts

  init(performer: EffectPerformer, accounts: CloudAccounts) {
    self.performer = performer
    self.accounts = accounts
  }

  /// The gateway and the accounts over one HTTP client.
  public static func make() -> (gateway: CloudGateway, accounts: CloudAccounts) {
    let http = HTTPClient()
    let accounts = CloudAccounts(http: http)
    return (CloudGateway(performer: EffectPerformer(http: http), accounts: accounts), accounts)
  }

  /// Does one effect.
  public func perform(_ effect: OutgoingEffect) async -> GatewayOutcome {
    let scope = effect.scope
    guard let session = await accounts.session(for: scope) else {
      return .unauthenticated("no client has come with credentials for \(scope.cloud) account \(scope.account) in \(scope.region)")
    }
    let context = CloudContext(
      environment: session.environment, region: scope.region, account: scope.account, partition: scope.partition,
      credentials: session.credentials)
    let secrets = effect.secrets
    let evaluator = ExpressionEvaluator(
      secret: { handle in
        guard let secret = secrets[handle] else { throw UnknownSecretError(handle: handle) }
        return secret
      }, token: effect.token)
    let values: [DynamicReference: String]
    do {
      values = try await DynamicValues(performer: performer, context: context)
        .values(of: effect.request.dynamicReferences.intersection(effect.dynamicReferences))
    } catch {
      switch error {
      case .notSent(let reason): return .notSent(reason)
      case .refused(let reason): return .refused(reason)
      case .unauthenticated(let message): return .unauthenticated(message)
      }
    }
    let hidden = values.filter { $0.key.isSecret }.map(\.value)
    for value in hidden { Redactor.shared.register(value) }
    let lifted = LiftedSecrets()
    let outcome = await performer.perform(
      effect.request.replacing(values), endpoint: effect.endpoint, endpointKey: effect.request.endpoint, context: context, evaluator: evaluator,
      keepSecret: { try lifted.keep($0) })
    switch outcome {
    case .answer(let answer):
      // A cloud that echoes a secret that was sent to it must not bring it into the history.
      let echoes = EchoedSecrets(secrets, unkept: Set(hidden), isError: answer.status >= 400)
      return .answer(
        status: answer.status, headers: answer.headers, body: echoes.hidden(in: answer.selected), full: echoes.hidden(in: answer.body),
        secrets: lifted.all, followsLoss: answer.followsLoss)
    case .lost(let reason): return .lost(reason)
    case .notSent(let reason): return .notSent(reason)
    case .refused(let reason): return .refused(reason)
    case .unauthenticated(let message): return .unauthenticated(message)
    }
  }
}

/// An expression names a secret that the store does not have.
struct UnknownSecretError: Error, CustomStringConvertible {
  let handle: String
  var description: String { "there is no secret \(handle)" }
}

/// The secrets of one answer, on their way to the store.
private final class LiftedSecrets: Sendable {
  private let secrets = Mutex<[String: String]>([:])

  var all: [String: String] { secrets.withLock { $0 } }

  func keep(_ secret: String) throws -> String {
    let handle = "sec-" + (try Store.identifier())
    secrets.withLock { $0[handle] = secret }
    return handle
  }
}
