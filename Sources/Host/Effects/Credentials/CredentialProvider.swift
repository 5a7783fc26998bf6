/// The credentials of one client, found once and renewed before they end. Many may ask at once: one search serves all.
public actor CredentialProvider: CredentialProviding {
  /// How long before their end credentials are renewed, in seconds.
  public static let early = 300.0

  private let chain: CredentialChain
  private let clock: EffectClock
  private let redactor: Redactor
  private var cached: AWSCredentials?
  private var running: Task<Result<AWSCredentials, CredentialError>, Never>?

  /// A provider for the client with these variables; nothing is searched before the first `credentials()`.
  public init(
    environment: ClientEnvironment, http: any HTTPSending, clock: EffectClock = .system, redactor: Redactor = .shared
  ) {
    chain = CredentialChain(environment: environment, http: http, clock: clock)
    self.clock = clock
    self.redactor = redactor
  }

  /// Credentials for at least some minutes more. When renewing fails, those that are still valid are returned.
  public func credentials() async throws(CredentialError) -> AWSCredentials {
    let now = clock.now().seconds
    let end = cached?.expiration?.seconds
    if let cached, end.map({ $0 - now > Self.early }) ?? true { return cached }
    switch await search() {
    case .success(let fresh): return fresh
    case .failure(let error):
      if let cached, let end, end > clock.now().seconds { return cached }
      throw error
    }
  }

  /// Forgets these, unless others have taken their place already.
  public func invalidate(_ credentials: AWSCredentials) {
    if cached == credentials { cached = nil }
  }

  private func search() async -> Result<AWSCredentials, CredentialError> {
    if let running { return await running.value }
    let chain = chain
    let task = Task { () -> Result<AWSCredentials, CredentialError> in
      do throws(CredentialError) { return .success(try await chain.resolve()) } catch { return .failure(error) }
    }
    running = task
    let result = await task.value
    running = nil
    if case .success(let fresh) = result {
      redactor.register(fresh)
      cached = fresh
    }
    return result
  }
}
