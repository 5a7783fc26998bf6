internal import Contract
internal import JSON

/// The tries of one effect, one after the other.
struct EffectAttempts {
  let http: any HTTPSending
  let clock: EffectClock
  let policy: RetryPolicy
  let redactor: Redactor
  let skew: ClockSkew
  let request: HTTPRequest
  let call: Call
  let endpoint: Endpoint
  let signingRegion: String?
  let context: CloudContext
  let select: [JSONPointer]?
  let keepSecret: @Sendable (String) async throws -> String
  let beforeTry: @Sendable (Int) async throws -> Void

  /// What one try came to, and whether another may follow.
  private enum Step {
    case end(EffectOutcome)
    /// Again after that many seconds at least (nil: by the back-off); `otherwise` when the tries are used up.
    case again(after: Double?, otherwise: EffectOutcome)
    /// Again at once, with a better signature.
    case resign(otherwise: EffectOutcome)
  }

  func run() async -> EffectOutcome {
    // Whether an earlier try may have been executed: then "not sent" at the end would be a lie.
    var uncertain: String?
    var resigned = 0
    var attempt = 0
    while true {
      attempt += 1
      if call.mutates {
        do { try await beforeTry(attempt) } catch {
          return uncertain.map { .lost(reason: $0) } ?? .notSent(reason: redactor.redact("stopped before sending: \(error)"))
        }
      }
      switch await tryOnce(&uncertain) {
      case .end(let outcome): return honest(outcome, uncertain)
      case .resign(let otherwise):
        guard resigned < 2 else { return honest(otherwise, uncertain) }
        resigned += 1
      case .again(let after, let otherwise):
        guard attempt < policy.tries, (after ?? 0) <= policy.longestRetryAfter else { return honest(otherwise, uncertain) }
        let wait = max(after ?? 0, policy.delay(after: attempt, random: clock.random()))
        do { try await clock.sleep(wait) } catch { return honest(otherwise, uncertain) }
      }
    }
  }

  private func honest(_ outcome: EffectOutcome, _ uncertain: String?) -> EffectOutcome {
    guard call.mutates, let uncertain else { return outcome }
    switch outcome {
    case .notSent: return .lost(reason: uncertain)
    case .answer(var answer):
      answer.followsLoss = true
      return .answer(answer)
    default: return outcome
    }
  }

  private func tryOnce(_ uncertain: inout String?) async -> Step {
    var request = request
    var credentials: AWSCredentials?
    let host = request.url.authority
    if case .awsSigV4(let service, _) = endpoint.authentication {
      do throws(CredentialError) {
        let current = try await context.credentials.credentials()
        redactor.register(current)
        credentials = current
        let date = Timestamp(seconds: clock.now().seconds + skew.offset(for: host))
        request = SigV4.sign(
          request, credentials: current, service: service, region: signingRegion ?? context.region, date: date)
      } catch {
        let reason = redactor.redact(error.description)
        return error.isTransient
          ? .again(after: nil, otherwise: .notSent(reason: reason)) : .end(.unauthenticated(message: reason))
      }
    }
    let maySendAgain = !call.mutates || call.repeating == .safe
    let response: HTTPResponse
    do throws(TransportError) {
      response = try await http.send(request)
    } catch {
      let reason = redactor.redact("\(host): \(error.reason)")
      switch error {
      case .notSent: return .again(after: nil, otherwise: .notSent(reason: reason))
      case .lost:
        uncertain = reason
        return maySendAgain ? .again(after: nil, otherwise: .lost(reason: reason)) : .end(.lost(reason: reason))
      }
    }
    return await judge(response, credentials: credentials, maySendAgain: maySendAgain, uncertain: &uncertain)
  }

  private func judge(
    _ response: HTTPResponse, credentials: AWSCredentials?, maySendAgain: Bool, uncertain: inout String?
  ) async -> Step {
    let now = clock.now()
    let host = request.url.authority
    let skewed = credentials != nil && skew.learn(from: response, host: host, now: now)
    guard let body = AnswerBody.parse(response, expecting: expected) else {
      let reason = "\(host) answered \(response.status) with a body that cannot be read"
      uncertain = reason
      return maySendAgain ? .again(after: nil, otherwise: .lost(reason: reason)) : .end(.lost(reason: reason))
    }
    let after = RetryPolicy.retryAfter(response.headers, now: now)
    let code = AWSErrorCode.code(headers: response.headers, body: body)
    let kind = AnswerClass(status: response.status, headers: response.headers, body: body, signed: credentials != nil)
    if case .unauthenticated(let code, let message) = kind, let credentials {
      let outcome = EffectOutcome.unauthenticated(
        message: redactor.redact(
          "\(host) does not accept the credentials \(credentials): \(code): \(message). Correct them, or choose others with AWS_PROFILE"))
      return skewed && AWSErrorCode.skewed.contains(code) ? .resign(otherwise: outcome) : .end(outcome)
    }
    if kind == .expired, let credentials {
      let outcome = EffectOutcome.unauthenticated(
        message: "the session of the credentials \(credentials) has ended (\(code ?? "")): sign in again")
      if skewed { return .resign(otherwise: outcome) }
      await context.credentials.invalidate(credentials)
      return .resign(otherwise: outcome)
    }
    if skewed, response.status >= 400, let code, AWSErrorCode.skewed.contains(code) {
      return .resign(otherwise: await answer(response, body))
    }
    switch kind {
    case .throttled: return .again(after: after, otherwise: await answer(response, body))
    case .serverError where maySendAgain:
      uncertain = uncertain ?? "\(host) answered \(response.status)"
      return .again(after: after, otherwise: await answer(response, body))
    case .serverError:
      let message = AWSErrorCode.message(in: body).map { ": \($0)" } ?? ""
      return .end(.lost(reason: redactor.redact("\(host) answered \(response.status)\(message)")))
    default: return .end(await answer(response, body))
    }
  }

  private var expected: AnswerBody.Expected {
    switch endpoint.wireFormat {
    case .awsQuery: .xml
    case .awsJSON: .json
    case .rest: .anything
    }
  }

  private func answer(_ response: HTTPResponse, _ body: JSON) async -> EffectOutcome {
    var handles: [String: String] = [:]
    for value in SecretLifting.values(in: body, at: call.secrets).sorted() {
      redactor.register(value)
      do { handles[value] = try await keepSecret(value) } catch {
        return .lost(reason: redactor.redact("a secret of the answer could not be stored: \(error)"))
      }
    }
    let lifted = SecretLifting.replace(in: body, at: call.secrets, handles: handles)
    return .answer(
      EffectAnswer(
        status: response.status, headers: response.headers.filter { AnswerBody.visibleHeaders.contains($0.key) },
        body: lifted, selected: select.map { lifted.selecting($0) } ?? lifted))
  }
}
