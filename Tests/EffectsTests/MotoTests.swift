import Contract
import Effects
import Foundation
import JSON
import Testing

@Suite("Against moto", .enabled(if: Python.has("moto.server"), "moto is not installed")) struct MotoTests {
  @Test func `Moto, which checks signatures, accepts ours and refuses wrong keys`() async throws {
    let moto = try Moto()
    let http = HTTPClient()
    let (id, secret) = try moto.makeUser()
    func context(_ secret: String) -> CloudContext {
      let keys = AWSCredentials(accessKeyID: id, secretAccessKey: secret, source: "moto")
      return Fixtures.context(["AWS_ENDPOINT_URL": moto.base], credentials: StaticCredentials(keys))
    }
    var endpoint = Fixtures.query
    endpoint.authentication = .awsSigV4(service: "ec2", region: nil)
    endpoint.wireFormat = .awsQuery(version: "2016-11-15")
    endpoint.calls = ["DescribeVpcs": Call(mutates: false), "CreateVpc": Call(mutates: true)]
    let performer = EffectPerformer(http: http)
    func call(_ name: String, _ form: [String: JSON], _ secret: String) async -> EffectOutcome {
      await performer.perform(
        EffectRequest(endpoint: "ec2", call: name, body: .form(form)), endpoint: endpoint, endpointKey: "ec2",
        context: context(secret), evaluator: Fixtures.evaluator, keepSecret: { $0 })
    }
    guard case .answer(let created) = await call("CreateVpc", ["CidrBlock": "10.9.0.0/16"], secret) else {
      Issue.record("no answer")
      return
    }
    #expect(created.status == 200)
    let vpc = created.body["vpc"]?["vpcId"]
    guard case .answer(let listed) = await call("DescribeVpcs", ["VpcId.1": vpc ?? .null], secret) else {
      Issue.record("no answer")
      return
    }
    #expect(listed.body["vpcSet"]?[0]?["cidrBlock"] == "10.9.0.0/16")
    let identity = try await AWSIdentity.of(
      context(secret).credentials, environment: context(secret).environment, region: "eu-west-1", http: http)
    #expect(identity.account == "123456789012" && identity.partition == "aws")
    guard case .unauthenticated = await call("DescribeVpcs", [:], "a-wrong-secret-key") else {
      Issue.record("wrong keys were accepted")
      return
    }
  }
}

/// A moto server that checks signatures, with one user.
private final class Moto {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  let base: String

  init() throws {
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", Self.script]
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    base = Self.line(output.fileHandleForReading)
  }

  deinit { process.terminate() }

  /// The keys of the user that the script has made.
  func makeUser() throws -> (String, String) {
    let keys = try JSON.parse(Self.line(output.fileHandleForReading))
    return (keys[0]?.string ?? "", keys[1]?.string ?? "")
  }

  private static func line(_ handle: FileHandle) -> String {
    var bytes: [UInt8] = []
    while let byte = try? handle.read(upToCount: 1)?.first, byte != 10 { bytes.append(byte) }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static let script = """
    import sys, os, json, threading
    out = os.dup(1); os.dup2(2, 1)
    from moto.server import ThreadedMotoServer
    import boto3, moto.core.responses, urllib.request
    server = ThreadedMotoServer(ip_address='127.0.0.1', port=0)
    server.start()
    host, port = server.get_host_and_port()
    base = 'http://127.0.0.1:%d' % port
    os.write(out, (base + '\\n').encode())
    iam = boto3.client('iam', endpoint_url=base, region_name='us-east-1', aws_access_key_id='a', aws_secret_access_key='b')
    iam.create_user(UserName='u')
    iam.put_user_policy(UserName='u', PolicyName='p', PolicyDocument=json.dumps(
      {'Version': '2012-10-17', 'Statement': [{'Effect': 'Allow', 'Action': '*', 'Resource': '*'}]}))
    k = iam.create_access_key(UserName='u')['AccessKey']
    urllib.request.urlopen(urllib.request.Request(base + '/moto-api/reset-auth', data=b'0', headers={'Content-Type': 'text/plain'})).read()
    os.write(out, (json.dumps([k['AccessKeyId'], k['SecretAccessKey']]) + '\\n').encode())
    sys.stdin.read()
    os._exit(0)
    """
}
