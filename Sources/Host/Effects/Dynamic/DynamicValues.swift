public import Contract
internal import JSON

/// Looks up what dynamic references stand for, in the name of the client. The values go into the request and nowhere else: they are not stored.
public struct DynamicValues: Sendable {
  private let performer: EffectPerformer
  private let context: CloudContext

  /// Look-ups in an account and region.
  public init(performer: EffectPerformer, context: CloudContext) {
    self.performer = performer
    self.context = context
  }

  /// Why a reference has no value.
  public enum LookupError: Error, Sendable {
    /// The service could not be asked; the effect was not sent.
    case notSent(String)
    /// The service says no, or there is no such value.
    case refused(String)
    /// The credentials are wrong or gone.
    case unauthenticated(String)
  }

  /// The values of these references, by reference.
  public func values(of references: Set<DynamicReference>) async throws(LookupError) -> [DynamicReference: String] {
    var out: [DynamicReference: String] = [:]
    for reference in references.sorted(by: { $0.description < $1.description }) { out[reference] = try await value(of: reference) }
    return out
  }

  private func value(of reference: DynamicReference) async throws(LookupError) -> String {
    switch reference {
    case .parameter(let name, let version), .secureParameter(let name, let version):
      let body = try await ask(
        Self.parameterStore, "ssm", "GetParameter", ["Name": .string(name + (version.map { ":\($0)" } ?? "")), "WithDecryption": true], reference)
      guard let value = body["Parameter"]?["Value"]?.string else { throw .refused("\(reference) has no value") }
      return value
    case .secret(let id, let key, let version):
      var question: [String: JSON] = ["SecretId": .string(id)]
      switch version {
      case .current: break
      case .stage(let stage): question["VersionStage"] = .string(stage)
      case .id(let id): question["VersionId"] = .string(id)
      }
      let body = try await ask(Self.secretsManager, "secretsmanager", "GetSecretValue", .object(question), reference)
      guard let text = body["SecretString"]?.string else { throw .refused("\(reference) has no SecretString") }
      guard let key else { return text }
      guard let value = (try? JSON.parse(text))?[key]?.scalarText else { throw .refused("\(reference): the secret is no JSON object with the key '\(key)'") }
      return value
    }
  }

  private func ask(
    _ endpoint: Endpoint, _ key: String, _ call: String, _ body: JSON, _ reference: DynamicReference
  ) async throws(LookupError) -> JSON {
    let outcome = await performer.perform(
      EffectRequest(endpoint: key, call: call, body: .json(body), digest: ""), endpoint: endpoint, endpointKey: key, context: context,
      evaluator: ExpressionEvaluator(secret: { _ in "" }, token: { _ in "" }), keepSecret: { _ in "" })
    switch outcome {
    case .answer(let answer) where answer.status == 200: return answer.body
    case .answer(let answer):
      throw .refused("\(reference) cannot be resolved: \(AWSErrorCode.message(in: answer.body) ?? "status \(answer.status)")")
    case .lost(let reason), .notSent(let reason): throw .notSent("\(reference) cannot be resolved: \(reason)")
    case .refused(let reason): throw .refused("\(reference) cannot be resolved: \(reason)")
    case .unauthenticated(let message): throw .unauthenticated(message)
    }
  }

  private static let parameterStore = Endpoint(
    url: "https://ssm.{region}.{partitionSuffix}", authentication: .awsSigV4(service: "ssm", region: nil),
    wireFormat: .awsJSON(targetPrefix: "AmazonSSM", version: "1.1"), overrides: ["AWS_ENDPOINT_URL_SSM", "AWS_ENDPOINT_URL"],
    calls: ["GetParameter": Call(mutates: false, repeating: .safe)])

  private static let secretsManager = Endpoint(
    url: "https://secretsmanager.{region}.{partitionSuffix}", authentication: .awsSigV4(service: "secretsmanager", region: nil),
    wireFormat: .awsJSON(targetPrefix: "secretsmanager", version: "1.1"), overrides: ["AWS_ENDPOINT_URL_SECRETS_MANAGER", "AWS_ENDPOINT_URL"],
    calls: ["GetSecretValue": Call(mutates: false, repeating: .safe)])
}
