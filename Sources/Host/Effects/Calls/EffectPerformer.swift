public import Contract
internal import JSON

/// Performs effects: builds the request that the manifest allows, signs it, sends it, tries again where that is safe,
/// and returns the answer with its secrets lifted.
///
/// The promise that the journal relies on: `.lost` whenever a request that mutates may have been executed and no answer
/// tells; `.notSent`, `.refused` only when no try can have been.
public struct EffectPerformer: Sendable {
  private let http: any HTTPSending
  private let clock: EffectClock
  private let policy: RetryPolicy
  private let redactor: Redactor
  private let skew = ClockSkew()

  /// A performer that sends through `http`; tests hand in their own transport and clock.
  public init(
    http: any HTTPSending, clock: EffectClock = .system, policy: RetryPolicy = RetryPolicy(),
    redactor: Redactor = .shared
  ) {
    self.http = http
    self.clock = clock
    self.policy = policy
    self.redactor = redactor
  }

  /// Performs one effect.
  /// - Parameters:
  ///   - evaluator: opens secrets and makes client tokens.
  ///   - keepSecret: stores a secret of the answer and returns its handle.
  ///   - beforeTry: called with the number of the try, from 1, before each try of a call that mutates; its error stops
  ///     the effect before that try.
  public func perform(
    _ effect: EffectRequest, endpoint: Endpoint, endpointKey: String, context: CloudContext,
    evaluator: ExpressionEvaluator, keepSecret: @escaping @Sendable (String) async throws -> String,
    beforeTry: @escaping @Sendable (Int) async throws -> Void = { _ in }
  ) async -> EffectOutcome {
    do {
      guard let call = endpoint.calls[effect.call] else {
        throw EgressRefusal.unknownCall(endpoint: endpointKey, call: effect.call)
      }
      let resolved = try ResolvedEndpoint.resolve(
        endpoint, region: context.region, account: context.account, partition: context.partition,
        overrides: context.environment.endpointOverrides(endpoint.overrides))
      let request = try RequestBuilder.build(
        try evaluate(effect, evaluator), call: call, format: endpoint.wireFormat, base: resolved.url)
      return await EffectAttempts(
        http: http, clock: clock, policy: policy, redactor: redactor, skew: skew, request: request, call: call,
        endpoint: endpoint, signingRegion: resolved.signingRegion, context: context, select: effect.select,
        keepSecret: keepSecret, beforeTry: beforeTry
      ).run()
    } catch let refusal as EgressRefusal {
      return .refused(reason: redactor.redact(refusal.description))
    } catch {
      return .refused(reason: redactor.redact("\(error)"))
    }
  }

  private func evaluate(
    _ effect: EffectRequest, _ evaluator: ExpressionEvaluator
  ) throws(EgressRefusal) -> EffectRequest {
    let redactor = redactor
    let noting = ExpressionEvaluator(
      secret: { handle in
        let value = try evaluator.secret(handle)
        redactor.register(value)
        return value
      }, token: evaluator.token)
    var plain = effect
    do throws(ExpressionError) {
      func members(_ members: [String: JSON], _ name: String) throws(ExpressionError) -> [String: JSON] {
        var out: [String: JSON] = [:]
        for (key, value) in members { out[key] = try noting.evaluate(value, at: JSONPointer([name, key])) }
        return out
      }
      plain.path = try members(effect.path, "path")
      plain.query = try members(effect.query, "query")
      plain.headers = try members(effect.headers, "headers")
      switch effect.body {
      case .none: break
      case .json(let json): plain.body = .json(try noting.evaluate(json, at: JSONPointer(["json"])))
      case .text(let json): plain.body = .text(try noting.evaluate(json, at: JSONPointer(["text"])))
      case .form(let fields): plain.body = .form(try members(fields, "form"))
      }
    } catch {
      throw EgressRefusal.badExpression(error)
    }
    return plain
  }
}
