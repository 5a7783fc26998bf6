internal import JSON

/// Who the credentials are: STS GetCallerIdentity.
public struct AWSIdentity: Hashable, Sendable {
  /// Twelve digits.
  public var account: String
  /// `arn:aws:iam::123456789012:user/ann`.
  public var arn: String

  /// An identity, as STS reports it.
  public init(account: String, arn: String) {
    self.account = account
    self.arn = arn
  }

  /// The partition that the ARN names.
  public var partition: String { arn.split(separator: ":").dropFirst().first.map(String.init) ?? "aws" }

  /// Asks STS, which answers every identity without a permission.
  /// - Throws: `CredentialError.unreachable` when STS cannot be reached, `.service` when it refuses the credentials.
  public static func of(
    _ credentials: any CredentialProviding, environment: ClientEnvironment, region: String, http: any HTTPSending,
    clock: EffectClock = .system
  ) async throws(CredentialError) -> AWSIdentity {
    let keys = try await credentials.credentials()
    let body = try await STS(environment: environment, http: http, clock: clock, region: region)
      .call("GetCallerIdentity", fields: [], signedBy: keys)
    let result = body["GetCallerIdentityResult"]
    guard let account = result?["Account"]?.string, let arn = result?["Arn"]?.string else {
      throw CredentialError.service(what: "GetCallerIdentity", problem: "the answer has no Account and Arn")
    }
    return AWSIdentity(account: account, arn: arn)
  }
}

/// The few calls of the Security Token Service that finding credentials needs.
struct STS {
  let environment: ClientEnvironment
  let http: any HTTPSending
  let clock: EffectClock
  let region: String?

  /// Calls an action and returns the body as JSON.
  func call(
    _ action: String, fields: [(String, String)], signedBy credentials: AWSCredentials?
  ) async throws(CredentialError) -> JSON {
    let region = region ?? (try? environment.region()) ?? "us-east-1"
    let partition = Partition.of(region: region)
    let overrides = environment.endpointOverrides(["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"])
    let text = overrides.first?.url ?? "https://sts.\(region).\(Partition.suffix(partition))"
    guard let url = HTTPURL(text) else { throw CredentialError.service(what: action, problem: "\(text) is no URL") }
    var request = HTTPRequest(method: "POST", url: url, timeout: 30_000)
    request.mayRepeat = true
    request.setHeader("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
    let form = [("Action", action), ("Version", "2011-06-15")] + fields
    request.body = Array(PercentEncoding.form(form.map { (name: $0.0, value: $0.1) }).utf8)

    var offset = 0.0
    var problem = ""
    var attempt = 0
    var isTransient = true
    while attempt < 4 {
      attempt += 1
      isTransient = true
      let now = clock.now()
      var signed = request
      if let credentials {
        signed = SigV4.sign(
          request, credentials: credentials, service: "sts", region: region,
          date: Timestamp(seconds: now.seconds + offset))
      }
      do throws(TransportError) {
        let response = try await http.send(signed)
        guard let body = AnswerBody.parse(response, expecting: .xml) else {
          throw TransportError.lost("the answer cannot be read")
        }
        if response.status == 200 { return body }
        let code = AWSErrorCode.code(headers: response.headers, body: body) ?? "status \(response.status)"
        problem = "\(code): \(AWSErrorCode.message(in: body) ?? "no message")"
        let theirs = response.headers["date"].flatMap { Timestamp(httpDate: $0) }
        if let theirs, abs(theirs.seconds - now.seconds - offset) > ClockSkew.tolerated, AWSErrorCode.skewed.contains(code) {
          offset = theirs.seconds - now.seconds
          continue
        }
        isTransient = response.status >= 500 || AWSErrorCode.throttling.contains(code)
        guard isTransient else { break }
      } catch {
        problem = error.reason
      }
      do { try await clock.sleep(RetryPolicy().delay(after: attempt, random: clock.random())) } catch { break }
    }
    let who = credentials.map { " with the credentials \($0)" } ?? ""
    let what = "\(action) at \(url.authority)\(who)"
    throw isTransient
      ? CredentialError.unreachable(what: what, problem: problem) : CredentialError.service(what: what, problem: problem)
  }

  /// A session's credentials.
  func session(
    action: String, fields: [(String, String)], signedBy credentials: AWSCredentials?, source: String
  ) async throws(CredentialError) -> AWSCredentials {
    let body = try await call(action, fields: fields, signedBy: credentials)
    let found = body["\(action)Result"]?["Credentials"]
    guard let id = found?["AccessKeyId"]?.string, let secret = found?["SecretAccessKey"]?.string else {
      throw CredentialError.service(what: action, problem: "the answer has no credentials")
    }
    return AWSCredentials(
      accessKeyID: id, secretAccessKey: secret, sessionToken: found?["SessionToken"]?.string,
      expiration: found?["Expiration"]?.string.flatMap { Timestamp(rfc3339: $0) }, source: source)
  }
}
