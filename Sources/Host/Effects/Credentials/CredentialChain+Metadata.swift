internal import JSON

extension CredentialChain {
  /// The credential service of a container (ECS, EKS Pod Identity).
  func container() async throws(CredentialError) -> AWSCredentials? {
    let url: String
    var headers = [HTTPHeader("Accept", "application/json")]
    let variable: String
    if let relative = environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] {
      variable = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
      url = "http://169.254.170.2\(relative.hasPrefix("/") ? "" : "/")\(relative)"
    } else if let full = environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] {
      variable = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
      url = full
      guard let parsed = HTTPURL(full) else { throw CredentialError.service(what: variable, problem: "\(full) is no URL") }
      guard parsed.scheme == "https" || Self.isContainerHost(parsed.host) else {
        throw CredentialError.forbiddenContainerHost(host: parsed.host, variable: variable)
      }
    } else {
      return nil
    }
    if let file = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] {
      guard let token = try CredentialFile.read(file) else {
        throw CredentialError.unreadableFile(path: file, reason: "it does not exist (AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE)")
      }
      headers.append(HTTPHeader("Authorization", token.trimmed))
    } else if let token = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"] {
      headers.append(HTTPHeader("Authorization", token))
    }
    guard headers.allSatisfy({ !$0.value.utf8.contains { $0 < 0x20 } }) else {
      throw CredentialError.service(what: variable, problem: "the authorization token has a line break")
    }
    let response = try await ask(url, headers: headers, what: "the container's credential service", timeout: 5000)
    return try session(response, what: "the container's credential service", source: variable)
  }

  // Loopback, and the addresses of ECS and EKS (SDKs and Tools Reference Guide, "Container credential provider").
  static func isContainerHost(_ host: String) -> Bool {
    if ["localhost", "[::1]", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"].contains(host) { return true }
    let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
    return numbers.count == 4 && numbers[0] == 127 && numbers.allSatisfy { $0.map { (0...255).contains($0) } ?? false }
  }

  /// The role of an EC2 instance, by IMDSv2. Nil when this is no instance, or one without a role.
  func instanceMetadata() async throws(CredentialError) -> AWSCredentials? {
    let isIPv6 = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"]?.lowercased() == "ipv6"
    var base = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] ?? (isIPv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254")
    while base.hasSuffix("/") { base.removeLast() }
    let seconds = environment["AWS_METADATA_SERVICE_TIMEOUT"].flatMap(Double.init) ?? 1
    let timeout = Int(min(max(seconds, 0.1), 60) * 1000)
    let what = "the instance's metadata"
    // Not reachable is the normal case off EC2: no error, only no credentials.
    guard
      let tokenAnswer = try? await ask(
        base + "/latest/api/token", method: "PUT",
        headers: [HTTPHeader("x-aws-ec2-metadata-token-ttl-seconds", "21600")], body: [], what: what, timeout: timeout),
      tokenAnswer.status == 200
    else { return nil }
    let headers = [HTTPHeader("x-aws-ec2-metadata-token", String(decoding: tokenAnswer.body, as: UTF8.self).trimmed)]
    let path = base + "/latest/meta-data/iam/security-credentials/"
    let roles = try await ask(path, headers: headers, what: what, timeout: timeout)
    guard roles.status == 200, let role = String(decoding: roles.body, as: UTF8.self).split(whereSeparator: \.isNewline).first
    else { return nil }
    let response = try await ask(path + PercentEncoding.encode(role.trimmed), headers: headers, what: what, timeout: timeout)
    return try session(response, what: what, source: "the role \(role.trimmed) of this instance")
  }

  private func session(_ response: HTTPResponse, what: String, source: String) throws(CredentialError) -> AWSCredentials {
    guard response.status == 200, let body = try? JSON.parse(response.body), let id = body["AccessKeyId"]?.string,
      let secret = body["SecretAccessKey"]?.string
    else { throw CredentialError.service(what: what, problem: "status \(response.status) and no credentials") }
    return AWSCredentials(
      accessKeyID: id, secretAccessKey: secret, sessionToken: body["Token"]?.string,
      expiration: body["Expiration"]?.string.flatMap { Timestamp(rfc3339: $0) }, source: source)
  }
}
