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
    guard let text = try SmallFile.read(path), let cached = try? JSON.parse(text),
      let token = cached["accessToken"]?.string
    else { throw CredentialError.noSSOToken(profile: name, path: path) }
    if let end = cached["expiresAt"]?.string.flatMap({ Timestamp(rfc3339: $0) }), end <= clock.now() {
      throw CredentialError.ssoTokenExpired(profile: name)
    }
    let overrides = environment.endpointOverrides(["AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL"])
    let suffix = Partition.suffix(Partition.of(region: region))
    let base = overrides.first?.url ?? "https://portal.sso.\(region).\(suffix)"
    let query = PercentEncoding.form([("role_name", role), ("account_id", account)])
    let url = (base.hasSuffix("/") ? String(base.dropLast()) : base) + "/federation/credentials?\(query)"
    let response = try await get(url, headers: [HTTPHeader("x-amz-sso_bearer_token", token)], what: "SSO GetRoleCredentials")
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

  /// A GET with short timeouts and no repetition.
  func get(
    _ text: String, method: String = "GET", headers: [HTTPHeader] = [], what: String, timeout: Int = 10_000
  ) async throws(CredentialError) -> HTTPResponse {
    guard let url = HTTPURL(text) else { throw CredentialError.service(what: what, problem: "\(text) is no URL") }
    let request = HTTPRequest(
      method: method, url: url, headers: headers, body: method == "PUT" ? [] : nil, mayRepeat: true,
      connectTimeout: min(timeout, 2000), timeout: timeout)
    do throws(TransportError) { return try await http.send(request) } catch {
      throw CredentialError.unreachable(what: "\(what) at \(url.authority)", problem: error.reason)
    }
  }
}
