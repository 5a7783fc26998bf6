internal import Effects

/// The clients' credentials as AWS sees them: each is asked of STS before it is used, and kept in memory by account, region and endpoints.
public actor CloudAccounts: Accounts {
  /// A verified client.
  struct Session: Sendable {
    let environment: ClientEnvironment
    let credentials: any CredentialProviding
    let mark: CredentialsMark
  }

  private struct Key: Hashable {
    let cloud: String
    let account: String
    let region: String
    let endpoints: [String: String]

    init(_ scope: CloudScope) {
      cloud = scope.cloud
      account = scope.account
      region = scope.region
      endpoints = scope.endpointOverrides
    }
  }

  private let http: HTTPClient
  private var sessions: [Key: Session] = [:]

  init(http: HTTPClient) { self.http = http }

  /// Asks STS who the client is. The newest client of an account serves its operations from here on.
  public func scope(cloud: String, client: ClientVariables) async throws(RequestError) -> CloudScope {
    guard cloud == "aws" else { return open(cloud, client) }
    let environment = ClientEnvironment(variables: client.values)
    let profile = environment.profile
    let credentials = CredentialProvider(environment: environment, http: http)
    let region: String
    let identity: AWSIdentity
    let found: AWSCredentials
    do {
      // Credentials first: who has none needs to hear of that before anything else.
      found = try await credentials.credentials()
      region = try environment.region()
      identity = try await AWSIdentity.of(credentials, environment: environment, region: region, http: http)
    } catch {
      throw Self.refusal(error, profile: profile.name)
    }
    let scope = CloudScope(
      cloud: cloud, account: identity.account, region: region, partition: identity.partition,
      endpointOverrides: environment.variables.filter { $0.key.hasPrefix("AWS_ENDPOINT_URL") },
      profile: profile.from == nil ? nil : profile.name, credentialSource: found.source)
    sessions[Key(scope)] = Session(environment: environment, credentials: credentials, mark: CredentialsMark(found))
    return scope
  }

  /// A cloud for which cld knows no credentials: only endpoints that ask for none can be reached.
  private func open(_ cloud: String, _ client: ClientVariables) -> CloudScope {
    let environment = ClientEnvironment(variables: client.values)
    let scope = CloudScope(
      cloud: cloud, account: "none", region: "none", partition: cloud,
      endpointOverrides: environment.variables.filter { $0.key.hasPrefix("CLD_ENDPOINT_URL") }, profile: nil)
    sessions[Key(scope)] = Session(environment: environment, credentials: NoCredentials(cloud: cloud), mark: CredentialsMark(cloud))
    return scope
  }

  /// The credentials of the newest client of that account and region since the host started.
  public func credentials(for scope: CloudScope) -> CredentialsMark? { session(for: scope)?.mark }

  func session(for scope: CloudScope) -> Session? { sessions[Key(scope)] }

  private static func refusal(_ error: CredentialError, profile: String) -> RequestError {
    switch error {
    case .noRegion: return .usage(error.description)
    case .unreachable: return .unavailable("\(error.description); check the network and AWS_ENDPOINT_URL")
    case .service: return .permission("the credentials of profile \"\(profile)\" are not accepted: \(error.description)")
    default: return .permission(error.description)
    }
  }
}

/// What stands where credentials would, for a cloud that cld has none for.
private struct NoCredentials: CredentialProviding {
  let cloud: String

  func credentials() async throws(CredentialError) -> AWSCredentials {
    throw CredentialError.service(what: "finding credentials", problem: "cld has none for the cloud '\(cloud)'; it knows: aws")
  }

  func invalidate(_ credentials: AWSCredentials) async {}
}
