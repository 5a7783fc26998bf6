import JSON
import Testing

@testable import Effects

@Suite("Credentials") struct CredentialTests {
  private let time = TestClock()

  private func resolve(
    _ home: Home, _ variables: [String: String] = [:], http: ScriptedHTTP = ScriptedHTTP([])
  ) async throws(CredentialError) -> AWSCredentials {
    let environment = ClientEnvironment(
      variables: ["HOME": home.path, "AWS_EC2_METADATA_DISABLED": "true", "PATH": "/usr/bin:/bin"].merging(variables) { $1 })
    return try await CredentialChain(environment: environment, http: http, clock: time.clock).resolve()
  }

  private func words(_ home: Home, _ variables: [String: String] = [:], http: ScriptedHTTP = ScriptedHTTP([])) async -> String {
    do throws(CredentialError) { return "no error: \(try await resolve(home, variables, http: http))" } catch {
      return error.description.split(separator: home.path).joined(separator: "~")
    }
  }

  private static func session(_ action: String, key: String = "ASIA1") -> ScriptedHTTP.Answer {
    ScriptedHTTP.ok(
      """
      <\(action)Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><\(action)Result><Credentials>
      <AccessKeyId>\(key)</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
      <Expiration>2026-11-21T10:20:00Z</Expiration></Credentials></\(action)Result></\(action)Response>
      """)
  }

  @Test func `Variables win over AWS_PROFILE, and half of them is an error`() async throws {
    let home = try Home(credentials: "[a]\naws_access_key_id=F\naws_secret_access_key=G\n")
    let keys = ["AWS_ACCESS_KEY_ID": "E", "AWS_SECRET_ACCESS_KEY": "S", "AWS_SESSION_TOKEN": "T", "AWS_PROFILE": "a"]
    let found = try await resolve(home, keys)
    #expect(found.accessKeyID == "E" && found.sessionToken == "T")
    #expect(
      await words(home, ["AWS_ACCESS_KEY_ID": "E"])
        == "AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY: set both or none")
  }

  @Test func `The credentials file wins over the config file, and says where`() async throws {
    let home = try Home(
      config: "[default]\nregion = eu-west-1\n[profile a]\naws_access_key_id = C\naws_secret_access_key = D\n",
      credentials: "# mine\n[a]\naws_access_key_id = F\naws_secret_access_key = G\n")
    let found = try await resolve(home, ["AWS_PROFILE": "a"])
    #expect(found.accessKeyID == "F")
    #expect(found.source == "profile \"a\" (\(home.path)/.aws/credentials:3)")
  }

  @Test func `Nothing found, no such profile, and a broken file are said in one sentence each`() async throws {
    let home = try Home(config: "[default]\nregion = x\n")
    #expect(
      await words(home)
        == "no credentials found for profile \"default\" (looked in AWS_ACCESS_KEY_ID, ~/.aws/config, ~/.aws/credentials, "
        + "the container's credential service): run `aws configure` or set AWS_PROFILE")
    #expect(
      await words(home, ["AWS_PROFILE": "b"])
        == "the profile \"b\" (from AWS_PROFILE) is in none of ~/.aws/config, ~/.aws/credentials: "
        + "correct the name, or run `aws configure --profile b`")
    #expect(await words(try Home(config: "region = x\n")).hasSuffix(".aws/config:1: stands before the first [section]"))
    #expect(
      await words(try Home(credentials: "[default]\naws_access_key_id = A\n"))
        == "aws_access_key_id (~/.aws/credentials:2) is set without aws_secret_access_key: set both or none")
  }

  @Test func `A role is assumed along source profiles`() async throws {
    let home = try Home(
      config: """
        [profile top]
        role_arn = arn:aws:iam::1:role/top
        source_profile = middle
        external_id = x 1
        duration_seconds = 900
        [profile middle]
        role_arn = arn:aws:iam::1:role/middle
        source_profile = base
        role_session_name = me
        """, credentials: "[base]\naws_access_key_id = B\naws_secret_access_key = C\n")
    let http = ScriptedHTTP([Self.session("AssumeRole", key: "ASIA1"), Self.session("AssumeRole", key: "ASIA2")])
    let found = try await resolve(home, ["AWS_PROFILE": "top", "AWS_REGION": "eu-west-1"], http: http)
    #expect(found.accessKeyID == "ASIA2" && found.sessionToken == "t" && found.expiration?.basic == "20261121T102000Z")
    let bodies = http.requests.map { String(decoding: $0.body ?? [], as: UTF8.self) }
    #expect(bodies.first?.contains("RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fmiddle&RoleSessionName=me") == true)
    #expect(bodies.last?.hasSuffix("&ExternalId=x%201&DurationSeconds=900") == true)
    #expect(http.requests.map { $0.header("authorization")?.contains("Credential=ASIA1/") } == [false, true])
    #expect(http.requests.first?.url.host == "sts.eu-west-1.amazonaws.com")
  }

  @Test func `Roles that cannot work are refused with the place`() async throws {
    let home = try Home(
      config: """
        [profile a]
        role_arn = r
        source_profile = b
        [profile b]
        role_arn = r
        source_profile = a
        [profile m]
        role_arn = r
        mfa_serial = arn
        [profile n]
        role_arn = r
        [profile s]
        role_arn = r
        credential_source = Moon
        """)
    #expect(
      await words(home, ["AWS_PROFILE": "a"])
        == "source_profile leads in a circle (a -> b -> a, ~/.aws/config:6): correct one of them")
    #expect(await words(home, ["AWS_PROFILE": "m"]).contains("asks for an MFA code (~/.aws/config:9)"))
    #expect(await words(home, ["AWS_PROFILE": "n"]).contains("neither source_profile nor credential_source"))
    #expect(await words(home, ["AWS_PROFILE": "s"]).hasPrefix("credential_source is \"Moon\" (~/.aws/config:14)"))
  }

  @Test func `A web identity token is exchanged without a signature`() async throws {
    let home = try Home()
    try home.write("token", "jwt\n")
    let http = ScriptedHTTP([Self.session("AssumeRoleWithWebIdentity")])
    let found = try await resolve(
      home, ["AWS_WEB_IDENTITY_TOKEN_FILE": "~/token", "AWS_ROLE_ARN": "r", "AWS_ROLE_SESSION_NAME": "n"], http: http)
    #expect(found.accessKeyID == "ASIA1")
    #expect(http.requests.first?.header("authorization") == nil)
    let body = String(decoding: http.requests.first?.body ?? [], as: UTF8.self)
    #expect(body.hasSuffix("&WebIdentityToken=jwt"))
  }

  @Test func `An SSO sign-in gives the role's credentials, and an old one says what to run`() async throws {
    let config = """
      [profile p]
      sso_session = s
      sso_account_id = 1
      sso_role_name = admin
      [sso-session s]
      sso_region = eu-west-1
      sso_start_url = https://x.awsapps.com/start
      """
    let home = try Home(config: config)
    #expect(await words(home, ["AWS_PROFILE": "p"]).hasSuffix("run `aws sso login --profile p`"))
    let file = ".aws/sso/cache/\(Digest.sha1(Array("s".utf8)).hex).json"
    try home.write(file, "{\"accessToken\": \"tok\", \"expiresAt\": \"2026-11-21T09:00:00Z\"}")
    #expect(await words(home, ["AWS_PROFILE": "p"]).hasPrefix("the sign-in of the profile \"p\" has ended"))
    try home.write(file, "{\"accessToken\": \"tok\", \"expiresAt\": \"2026-11-21T19:00:00Z\"}")
    let answer =
      "{\"roleCredentials\": {\"accessKeyId\": \"K\", \"secretAccessKey\": \"S\", \"sessionToken\": \"T\", \"expiration\": 1795260000000}}"
    let http = ScriptedHTTP([ScriptedHTTP.ok(answer)])
    let found = try await resolve(home, ["AWS_PROFILE": "p"], http: http)
    #expect(found.accessKeyID == "K" && found.expiration?.seconds == 1_795_260_000)
    #expect(
      http.requests.first?.url.description
        == "https://portal.sso.eu-west-1.amazonaws.com/federation/credentials?role_name=admin&account_id=1")
    #expect(http.requests.first?.header("x-amz-sso_bearer_token") == "tok")
  }

  @Test func `An SSO token that ends is refreshed, and the file is kept for AWS's own tools`() async throws {
    let home = try Home(
      config: """
        [default]
        sso_session = s
        sso_account_id = 1
        sso_role_name = admin
        [sso-session s]
        sso_region = eu-west-1
        """)
    let file = ".aws/sso/cache/\(Digest.sha1(Array("s".utf8)).hex).json"
    let old: JSON = [
      "accessToken": "old", "expiresAt": "2026-11-21T09:00:00Z", "clientId": "i", "clientSecret": "s",
      "refreshToken": "r1", "registrationExpiresAt": "2027-01-01T00:00:00Z", "region": "eu-west-1",
    ]
    try home.write(file, old.text)
    let http = ScriptedHTTP([
      ScriptedHTTP.ok("{\"accessToken\": \"new\", \"expiresIn\": 3600, \"refreshToken\": \"r2\"}"),
      ScriptedHTTP.ok("{\"roleCredentials\": {\"accessKeyId\": \"K\", \"secretAccessKey\": \"S\"}}"),
    ])
    #expect(try await resolve(home, http: http).accessKeyID == "K")
    #expect(http.requests.first?.url.description == "https://oidc.eu-west-1.amazonaws.com/token")
    #expect(http.requests.last?.header("x-amz-sso_bearer_token") == "new")
    let token = try #require(try SSOToken(path: "\(home.path)/\(file)"))
    #expect(token.document["refreshToken"] == "r2" && token.document["region"] == "eu-west-1")
    #expect(token.left(at: time.clock.now()) == 3600)
  }

  @Test func `A process prints credentials; one that fails is named`() async throws {
    let home = try Home(
      config: """
        [profile ok]
        credential_process = /bin/sh -c "printf '{\\"Version\\": 1, \\"AccessKeyId\\": \\"%s\\", \\"SecretAccessKey\\": \\"S\\"}' $WHO"
        [profile bad]
        credential_process = /bin/false
        [profile gone]
        credential_process = no-such-program-anywhere
        """)
    #expect(try await resolve(home, ["AWS_PROFILE": "ok", "WHO": "PK"]).accessKeyID == "PK")
    #expect(
      await words(home, ["AWS_PROFILE": "bad"])
        == "the credential_process (~/.aws/config:4) ended with status 1: run it by hand to see why")
    #expect(await words(home, ["AWS_PROFILE": "gone"]).contains("no such program in PATH"))
  }

  @Test func `The container's service is asked with its token, and only on its own addresses`() async throws {
    let home = try Home()
    let http = ScriptedHTTP([ScriptedHTTP.ok("{\"AccessKeyId\": \"K\", \"SecretAccessKey\": \"S\", \"Token\": \"T\"}")])
    let found = try await resolve(
      home, ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "a"], http: http)
    #expect(found.sessionToken == "T")
    #expect(http.requests.first?.url.description == "http://169.254.170.2/v2/x")
    #expect(http.requests.first?.header("authorization") == "a")
    #expect(
      await words(home, ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://evil.com/x"])
        .hasPrefix("AWS_CONTAINER_CREDENTIALS_FULL_URI names evil.com;"))
    #expect(CredentialChain.isContainerHost("127.9.9.9") && !CredentialChain.isContainerHost("127.evil.com.x"))
  }

  @Test func `An instance's role comes by IMDSv2`() async throws {
    let home = try Home()
    let http = ScriptedHTTP([
      ScriptedHTTP.ok("tok"), ScriptedHTTP.ok("my-role\n"),
      ScriptedHTTP.ok("{\"AccessKeyId\": \"K\", \"SecretAccessKey\": \"S\", \"Token\": \"T\", \"Expiration\": \"2026-11-21T10:20:00Z\"}"),
    ])
    let found = try await resolve(home, ["AWS_EC2_METADATA_DISABLED": "false"], http: http)
    #expect(found.accessKeyID == "K")
    #expect(http.requests.map(\.method) == ["PUT", "GET", "GET"])
    #expect(http.requests.last?.url.path == "/latest/meta-data/iam/security-credentials/my-role")
    #expect(http.requests.last?.header("x-aws-ec2-metadata-token") == "tok")
  }

  @Test func `Many who ask at once cause one search, and credentials are renewed before they end`() async throws {
    let home = try Home(
      config: "[default]\nregion=x\nrole_arn=r\nsource_profile=default\naws_access_key_id=A\naws_secret_access_key=B\n")
    let http = ScriptedHTTP([Self.session("AssumeRole", key: "ASIA1"), Self.session("AssumeRole", key: "ASIA2")])
    let environment = ClientEnvironment(variables: ["HOME": home.path])
    let provider = CredentialProvider(environment: environment, http: http, clock: time.clock, redactor: Redactor())
    let ids = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<20 { group.addTask { try await provider.credentials().accessKeyID } }
      return try await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(ids == ["ASIA1"] && http.requests.count == 1)
    time.advance(3400)  // 200 s before the end.
    #expect(try await provider.credentials().accessKeyID == "ASIA2")
  }

  @Test func `When renewing fails, credentials are used to their end`() async throws {
    let home = try Home(
      config: "[default]\nregion=x\nrole_arn=r\nsource_profile=default\naws_access_key_id=A\naws_secret_access_key=B\n")
    let provider = CredentialProvider(
      environment: ClientEnvironment(variables: ["HOME": home.path]),
      http: ScriptedHTTP([Self.session("AssumeRole")]), clock: time.clock, redactor: Redactor())
    #expect(try await provider.credentials().accessKeyID == "ASIA1")
    time.advance(3400)
    #expect(try await provider.credentials().accessKeyID == "ASIA1")
    time.advance(300)
    await #expect(throws: CredentialError.self) { try await provider.credentials() }
  }

  @Test func `Region and endpoints come from variables, then the profile`() throws {
    let home = try Home(
      config: """
        [profile p]
        region = eu-north-1
        endpoint_url = http://all
        services = local
        [services local]
        rds =
          endpoint_url = http://rds
        ec2 =
          endpoint_url = http://ec2
        """)
    var environment = ClientEnvironment(variables: ["HOME": home.path, "AWS_PROFILE": "p"])
    let names = ["AWS_ENDPOINT_URL_RDS", "AWS_ENDPOINT_URL"]
    #expect(try environment.region() == "eu-north-1")
    #expect(environment.endpointOverrides(names).map(\.url) == ["http://rds", "http://all"])
    #expect(environment.endpointOverrides(["OTHER_URL"]).isEmpty)
    environment.variables["AWS_ENDPOINT_URL"] = "http://variable"
    #expect(environment.endpointOverrides(names).first?.url == "http://variable")
    environment.variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true"
    #expect(environment.endpointOverrides(names).isEmpty)
    environment.variables["AWS_DEFAULT_REGION"] = "us-east-2"
    #expect(try environment.region() == "us-east-2")
    #expect(throws: CredentialError.noRegion(profile: "default")) {
      try ClientEnvironment(variables: ["HOME": "/nowhere"]).region()
    }
  }

  @Test func `Command lines are split as a shell does`() {
    #expect(CommandLineWords.split(#"a 'b c' "d \"e" f\ g '' "#) == ["a", "b c", "d \"e", "f g", ""])
    #expect(CommandLineWords.split("a 'b") == nil)
  }
}
