import JSON
import Testing

@testable import Effects

/// What a client configured for AWS's own tools gets from us is what botocore would give.
@Suite("As botocore", .enabled(if: Python.has("botocore"), "botocore is not installed")) struct BotocoreCredentialTests {
  @Test func `Keys, region and endpoints are chosen as botocore chooses them`() async throws {
    let home = try Home(
      config: """
        [default]
        region = eu-west-1
        aws_access_key_id = CONFIGDEFAULT
        aws_secret_access_key = s
        [profile both]
        aws_access_key_id = CONFIGBOTH
        aws_secret_access_key = s
        region=us-west-2
        endpoint_url = https://all.example.com
        [profile proc]
        credential_process = echo '{"Version": 1, "AccessKeyId": "PROC", "SecretAccessKey": "s"}'
        services = mine
        [profile "with space"]
        aws_access_key_id = SPACE
        aws_secret_access_key = s
        ignore_configured_endpoint_urls = true
        endpoint_url = https://ignored.example.com
        [services mine]
        rds =
          endpoint_url = https://rds.example.com
        """,
      credentials: "[both]\naws_access_key_id = CREDBOTH\naws_secret_access_key = s\n\n[only]\n; note\naws_access_key_id=ONLY\naws_secret_access_key = s\n")
    let keys = ["AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "s"]
    let environments: [[String: String]] = [
      [:], ["AWS_PROFILE": "both"], ["AWS_PROFILE": "only", "AWS_DEFAULT_REGION": "eu-north-1"], ["AWS_PROFILE": "proc"],
      ["AWS_PROFILE": "with space"], ["AWS_DEFAULT_PROFILE": "both"], ["AWS_PROFILE": "only", "AWS_DEFAULT_PROFILE": "both"],
      keys, keys.merging(["AWS_PROFILE": "both"]) { $1 }, ["AWS_PROFILE": "both", "AWS_ENDPOINT_URL": "https://e.example.com"],
      ["AWS_PROFILE": "proc", "AWS_ENDPOINT_URL": "https://e.example.com"],
      ["AWS_PROFILE": "proc", "AWS_ENDPOINT_URL_RDS": "https://r.example.com", "AWS_ENDPOINT_URL": "https://e.example.com"],
      ["AWS_PROFILE": "both", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"],
    ].map { $0.merging(["HOME": home.path, "AWS_EC2_METADATA_DISABLED": "true", "PATH": "/usr/bin:/bin"]) { own, _ in own } }
    let input = JSON.array(environments.map { .object($0.mapValues { .string($0) }) })
    let output = try #require(try Python.run(Self.script, input: input.text))
    let theirs = try #require(try JSON.parse(output).array)
    for (variables, expected) in zip(environments, theirs) {
      let environment = ClientEnvironment(variables: variables)
      let chain = CredentialChain(environment: environment, http: ScriptedHTTP([]), clock: .system)
      let label = "\(variables.filter { $0.key.hasPrefix("AWS") })"
      #expect(expected["key"]?.string == (try await chain.resolve().accessKeyID), "\(label)")
      #expect(expected["region"]?.string == (try? environment.region()), "\(label)")
      // Botocore's own region rule (AWS_REGION is read by the other SDKs only) is why the cases set none.
      let url = environment.endpointOverrides(["AWS_ENDPOINT_URL_RDS", "AWS_ENDPOINT_URL"]).first?.url
      #expect(expected["url"]?.string == url, "\(label)")
    }
    #expect(theirs.count == environments.count)
  }

  private static let script = """
    import sys, os, json
    import botocore.session
    out = []
    for env in json.load(sys.stdin):
        os.environ.clear(); os.environ.update(env)
        s = botocore.session.Session()
        k = s.get_credentials()
        url = s.create_client('rds', region_name='eu-west-1').meta.endpoint_url
        out.append({'key': k and k.access_key, 'region': s.get_config_variable('region'),
          'url': None if 'amazonaws' in url else url})
    print(json.dumps(out))
    """
}
