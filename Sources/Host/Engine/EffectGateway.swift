public import Contract
public import JSON

/// The way of an effect to its cloud; `CloudGateway` is the real one, tests have their own.
public protocol EffectGateway: Sendable {
  /// Does one effect.
  func perform(_ effect: OutgoingEffect) async -> GatewayOutcome
}

/// An effect with all that it needs to leave.
public struct OutgoingEffect: Sendable {
  /// What the driver asked for, expressions unevaluated.
  public var request: EffectRequest
  /// The manifest's endpoint that it names.
  public var endpoint: Endpoint
  /// The account and region in which it is done.
  public var scope: CloudScope
  /// The secrets that its expressions name, by handle.
  public var secrets: [String: String]
  /// The dynamic references of the template that the resource has: only these are looked up, so that no driver can ask for others.
  public var dynamicReferences: Set<DynamicReference>
  /// The client token of a key.
  public var token: @Sendable (String) -> String

  /// An effect.
  public init(
    request: EffectRequest, endpoint: Endpoint, scope: CloudScope, secrets: [String: String],
    dynamicReferences: Set<DynamicReference> = [], token: @escaping @Sendable (String) -> String
  ) {
    self.request = request
    self.endpoint = endpoint
    self.scope = scope
    self.secrets = secrets
    self.dynamicReferences = dynamicReferences
    self.token = token
  }
}

/// What came of an effect.
public enum GatewayOutcome: Sendable {
  /// The cloud answered. `body` is the selected part with secrets as handles; `full` is all of it, for the check of ids;
  /// `secrets` are the new ones by handle; `followsLoss` says that an earlier try of the effect may have been executed, or may still be.
  case answer(status: Int, headers: [String: String], body: JSON, full: JSON, secrets: [String: String], followsLoss: Bool)
  /// It was sent and nobody knows what became of it.
  case lost(String)
  /// It surely did not reach the cloud.
  case notSent(String)
  /// The manifest or the rules of egress forbid it.
  case refused(String)
  /// The credentials are wrong or gone.
  case unauthenticated(String)
}

/// Where a stack lives: it never touches anything outside of it.
public struct CloudScope: Hashable, Sendable {
  /// The cloud, such as `aws`.
  public var cloud: String { get { fields.value.cloud } set { fields.value.cloud = newValue } }
  /// The account's id, twelve digits on AWS.
  public var account: String { get { fields.value.account } set { fields.value.account = newValue } }
  /// The region, such as `eu-west-1`.
  public var region: String { get { fields.value.region } set { fields.value.region = newValue } }
  /// The partition: `aws`, `aws-cn`, `aws-us-gov`.
  public var partition: String { get { fields.value.partition } set { fields.value.partition = newValue } }
  /// The variables that redirect endpoints, as they were when the stack was made.
  public var endpointOverrides: [String: String] { get { fields.value.endpointOverrides } set { fields.value.endpointOverrides = newValue } }
  /// The profile that the client named, for messages.
  public var profile: String? { get { fields.value.profile } set { fields.value.profile = newValue } }
  /// Where the credentials were found, for messages; nil when it was read from the store.
  public var credentialSource: String? { get { fields.value.credentialSource } set { fields.value.credentialSource = newValue } }

  /// What it holds, kept once however many tasks wait with it (`Shared`).
  private struct Fields: Sendable, Hashable {
    var cloud: String
    var account: String
    var region: String
    var partition: String
    var endpointOverrides: [String: String]
    var profile: String?
    var credentialSource: String?
  }

  private var fields: Shared<Fields>

  /// A scope.
  public init(
    cloud: String, account: String, region: String, partition: String, endpointOverrides: [String: String], profile: String?,
    credentialSource: String? = nil
  ) {
    fields = Shared(
      Fields(
        cloud: cloud, account: account, region: region, partition: partition, endpointOverrides: endpointOverrides, profile: profile,
        credentialSource: credentialSource))
  }

  /// The scope as the store has it.
  public var json: JSON {
    [
      "cloud": .string(cloud), "account": .string(account), "region": .string(region), "partition": .string(partition),
      "endpoints": .object(endpointOverrides.mapValues { .string($0) }), "profile": profile.map { .string($0) } ?? .null,
    ]
  }

  /// Reads what `json` wrote.
  public init?(json: JSON) {
    guard let cloud = json["cloud"]?.string, let account = json["account"]?.string, let region = json["region"]?.string,
      let partition = json["partition"]?.string
    else { return nil }
    self.init(
      cloud: cloud, account: account, region: region, partition: partition,
      endpointOverrides: (json["endpoints"]?.object ?? [:]).compactMapValues(\.string), profile: json["profile"]?.string)
  }

  /// What a driver is told of it.
  var config: JSON { ["region": .string(region), "account": .string(account), "partition": .string(partition)] }
}
