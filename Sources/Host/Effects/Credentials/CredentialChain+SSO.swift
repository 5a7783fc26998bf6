internal import JSON

extension CredentialChain {
  /// A profile of IAM Identity Center: the token that `aws sso login` cached gets the role's credentials.
  func sso(
    of name: String, _ section: AWSConfigFile.Section, in profiles: AWSProfiles
  ) async throws(CredentialError) -> AWSCredentials {
    let what = "the profile \"\(name)\""
    let account = try section.required("sso_account_id", of: what)
    let role = try section.required("sso_role_name", of: what)
    let region: String
    let cacheKey: String
    if let session = section["sso_session"] {
      guard let sessionSection = profiles.ssoSessions[session] else {
        throw CredentialError.missingSetting(
          name: "[sso-session \(session)]", of: what, place: section.place("sso_session"))
      }
      region = try sessionSection.required("sso_region", of: "the SSO session \"\(session)\"")
      cacheKey = session
    } else {
      region = try section.required("sso_region", of: what)
      cacheKey = try section.required("sso_start_url", of: what)
    }
    let path = environment.expanding("~/.aws/sso/cache/\(Digest.sha1(Array(cacheKey.utf8)).hex).json")
    let token = try await ssoToken(path: path, region: region, profile: name)
    let overrides = environment.endpointOverrides(["AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL"])
    let suffix = Partition.suffix(Partition.of(region: region))
    let base = overrides.first?.url ?? "https://portal.sso.\(region).\(suffix)"
    let query = PercentEncoding.form([("role_name", role), ("account_id", account)])
    let url = (base.hasSuffix("/") ? String(base.dropLast()) : base) + "/federation/credentials?\(query)"
    let response = try await ask(url, headers: [HTTPHeader("x-amz-sso_bearer_token", token)], what: "SSO GetRoleCredentials")
    if response.status == 401 { throw CredentialError.ssoTokenExpired(profile: name) }
    let body = try? JSON.parse(response.body)
    guard response.status == 200, let found = body?["roleCredentials"], let id = found["accessKeyId"]?.string,
      let secret = found["secretAccessKey"]?.string
    else {
      let words = body.flatMap { AWSErrorCode.message(in: $0) } ?? "no credentials in the answer"
      throw CredentialError.service(what: "SSO GetRoleCredentials of \(what)", problem: "status \(response.status): \(words)")
    }
    return AWSCredentials(
      accessKeyID: id, secretAccessKey: secret, sessionToken: found["sessionToken"]?.string,
      expiration: found["expiration"]?.double.map { Timestamp(seconds: $0 / 1000) },
      source: "profile \"\(name)\" (\(section.place("sso_role_name")))")
  }

  private func ssoToken(path: String, region: String, profile: String) async throws(CredentialError) -> String {
    guard var token = try SSOToken(path: path) else { throw CredentialError.noSSOToken(profile: profile, path: path) }
    let left = token.left(at: clock.now()) ?? .infinity
    if left > CredentialProvider.early { return token.accessToken }
    if let body = token.refreshRequest(at: clock.now()) {
      let overrides = environment.endpointOverrides(["AWS_ENDPOINT_URL_SSO_OIDC", "AWS_ENDPOINT_URL"])
      let base = overrides.first?.url ?? "https://oidc.\(region).\(Partition.suffix(Partition.of(region: region)))"
      let answer = try? await ask(
        (base.hasSuffix("/") ? String(base.dropLast()) : base) + "/token", method: "POST",
        headers: [HTTPHeader("Content-Type", "application/json")], body: body.bytes, what: "SSO CreateToken")
      if let answer, answer.status == 200, let fresh = try? JSON.parse(answer.body), token.take(fresh, at: clock.now()) {
        return token.accessToken
      }
    }
    guard left > 0 else { throw CredentialError.ssoTokenExpired(profile: profile) }
    return token.accessToken
  }

  /// One request with short timeouts and no repetition.
  func ask(
    _ text: String, method: String = "GET", headers: [HTTPHeader] = [], body: [UInt8]? = nil, what: String,
    timeout: Int = 10_000
  ) async throws(CredentialError) -> HTTPResponse {
    guard let url = HTTPURL(text) else { throw CredentialError.service(what: what, problem: "\(text) is no URL") }
    let request = HTTPRequest(
      method: method, url: url, headers: headers, body: body, mayRepeat: method != "POST",
      connectTimeout: min(timeout, 2000), timeout: timeout)
    do throws(TransportError) { return try await http.send(request) } catch {
      throw CredentialError.unreachable(what: "\(what) at \(url.authority)", problem: error.reason)
    }
  }
}
