import JSON
import Testing

@testable import Effects

@Suite("Signature Version 4") struct SigV4Tests {
  static let keys = AWSCredentials(
    accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", source: "test")
  static let date = Timestamp(seconds: 1_440_938_160)  // 2015-08-30T12:36:00Z

  @Test func `AWS's documented get-vanilla has the documented signature`() throws {
    let request = HTTPRequest(method: "GET", url: try #require(HTTPURL("https://example.amazonaws.com/")))
    let signed = SigV4.sign(request, credentials: Self.keys, service: "service", region: "us-east-1", date: Self.date)
    #expect(
      signed.header("authorization")
        == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        + "SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")
  }

  @Test func `The documented IAM ListUsers has the documented signature`() throws {
    let url = "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08"
    var request = HTTPRequest(method: "GET", url: try #require(HTTPURL(url)))
    request.setHeader("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
    let signed = SigV4.sign(request, credentials: Self.keys, service: "iam", region: "us-east-1", date: Self.date)
    let signature = signed.header("authorization")?.split(separator: "=").last.map(String.init)
    #expect(signature == "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7")
  }

  @Test func `A wrong key of the query order, dots and valueless names are made canonical`() {
    #expect(SigV4.canonicalQuery("b=2&a=&c&a=%41&b=10") == "a=&a=A&b=10&b=2&c=")
    #expect(SigV4.canonicalPath("/a//b/./c/../d%20e/", service: "ec2") == "/a/b/d%2520e/")
    #expect(SigV4.canonicalPath("", service: "ec2") == "/")
    #expect(SigV4.canonicalPath("/a//b", service: "s3") == "/a//b")
  }

  @Test(.enabled(if: Python.has("botocore"), "botocore is not installed"))
  func `Botocore signs random requests the same way`() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("SigV4 seed: \(seed)")
    var random = SeededRandom(state: seed)
    let segments = ["a", "B-c", "%2F", "x%3Ay", "d=e,f", "~u", "%20", ".", "..", "", "arn%3Aaws", "(z)", "@", "+", "%C3%A9"]
    let names = ["a", "A", "b", "a%20b", "X-y", "z~", "%C3%A9"]
    let values = ["", "1", "%2B", "a%20b", "~", "%3D", "%E2%82%AC"]
    var cases: [(HTTPRequest, AWSCredentials, String, String)] = []
    for index in 0..<60 {
      let path = (0..<Int.random(in: 0...4, using: &random)).map { _ in "/" + (segments.randomElement(using: &random) ?? "") }
      let query = (0..<Int.random(in: 0...4, using: &random)).map { _ in
        (names.randomElement(using: &random) ?? "") + "=" + (values.randomElement(using: &random) ?? "")
      }
      let port = index % 5 == 0 ? ":8443" : ""
      let text = "https://h\(index).example.com\(port)\(path.joined())" + (query.isEmpty ? "" : "?\(query.joined(separator: "&"))")
      var request = HTTPRequest(
        method: ["GET", "POST", "PUT", "DELETE"][index % 4], url: try #require(HTTPURL(text)),
        body: index % 4 == 1 ? Array("Action=Do&n=\(index)".utf8) : nil)
      if index % 3 == 0 { request.setHeader("Content-Type", "application/x-amz-json-1.1") }
      if index % 3 == 1 { request.setHeader("X-Amz-Target", "  spaced   out  ") }
      if index % 7 == 0 { request.setHeader("User-Agent", "cld") }
      var keys = Self.keys
      if index % 2 == 0 { keys.sessionToken = "token/\(index)+==" }
      cases.append((request, keys, ["ec2", "rds", "ecs", "execute-api"][index % 4], ["eu-west-1", "us-east-1"][index % 2]))
    }
    let input = JSON.array(
      cases.map { request, keys, service, region in
        [
          "method": .string(request.method), "url": .string(request.url.description),
          "headers": .array(request.headers.map { [.string($0.name), .string($0.value)] }),
          "body": .string(String(decoding: request.body ?? [], as: UTF8.self)), "service": .string(service),
          "region": .string(region), "token": keys.sessionToken.map { .string($0) } ?? .null,
        ]
      })
    let output = try #require(try Python.run(Self.botocore, input: input.text))
    let expected = try #require(try JSON.parse(output).array)
    #expect(expected.count == cases.count)
    for ((request, keys, service, region), theirs) in zip(cases, expected) {
      let ours = SigV4.sign(request, credentials: keys, service: service, region: region, date: Self.date)
      #expect(ours.header("authorization") == theirs.string, "\(request.url)")
    }
  }

  private static let botocore = """
    import sys, json, datetime, botocore.auth as auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials
    at = datetime.datetime(2015, 8, 30, 12, 36, 0)
    if hasattr(auth, 'get_current_datetime'): auth.get_current_datetime = lambda *a, **k: at
    out = []
    for c in json.load(sys.stdin):
        r = AWSRequest(method=c['method'], url=c['url'], data=c['body'].encode())
        for k, v in c['headers']: r.headers[k] = v
        keys = Credentials('AKIDEXAMPLE', 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', c['token'])
        auth.SigV4Auth(keys, c['service'], c['region']).add_auth(r)
        out.append(r.headers['Authorization'])
    print(json.dumps(out))
    """
}

/// A generator whose whole state is its seed (SplitMix64), so that a failing run can be repeated.
struct SeededRandom: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
