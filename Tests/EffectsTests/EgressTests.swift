import Contract
import JSON
import Testing

@testable import Effects

@Suite("Egress") struct EgressTests {
  private func get(
    _ path: [String: JSON], query: [String: JSON] = [:], headers: [String: JSON] = [:]
  ) throws -> HTTPRequest {
    try RequestBuilder.build(
      EffectRequest(endpoint: "e", call: "Get", path: path, query: query, headers: headers),
      call: try #require(Fixtures.rest.calls["Get"]), format: .rest, base: try #require(HTTPURL("https://api.example.com/base")))
  }

  @Test func `A path's parameters are encoded whole`() throws {
    let request = try get(["id": "a/../b?c#d", "part": "ü%2f"], query: ["q": ["1", "2"], "a": "x&y", "n": nil])
    #expect(
      request.url.description
        == "https://api.example.com/base/v1/things/a%2F..%2Fb%3Fc%23d/parts/%C3%BC%252f?a=x%26y&q=1&q=2")
  }

  @Test(arguments: ["", ".", ".."]) func `A parameter cannot change the path's shape`(_ value: String) {
    #expect(throws: EgressRefusal.badPathParameter(name: "id", value: value)) {
      try get(["id": .string(value), "part": "p"])
    }
  }

  @Test func `Missing and unknown parameters are refused`() {
    #expect(throws: EgressRefusal.missingPathParameter("part")) { try get(["id": "1"]) }
    #expect(throws: EgressRefusal.unknownPathParameter("x")) { try get(["id": "1", "part": "2", "x": "3"]) }
  }

  @Test(arguments: ["Host", "authorization", "X-Amz-Target", "Content-Length", "Transfer-Encoding", "Cookie", "X-Any"])
  func `The host's headers stay the host's`(_ name: String) {
    #expect(throws: EgressRefusal.forbiddenHeader(name)) { try get(["id": "1", "part": "2"], headers: [name: "x"]) }
  }

  @Test func `A header cannot smuggle another one`() {
    #expect(throws: EgressRefusal.badHeaderValue(name: "Accept")) {
      try get(["id": "1", "part": "2"], headers: ["Accept": "a\r\nHost: b"])
    }
    #expect(throws: EgressRefusal.badHeaderName("Accept: a\r\nX")) {
      try get(["id": "1", "part": "2"], headers: ["Accept: a\r\nX": "b"])
    }
  }

  @Test func `Formats keep their bodies and fields`() throws {
    let base = try #require(HTTPURL("https://x.example.com"))
    let call = Call(mutates: true)
    #expect(throws: EgressRefusal.reservedField("Action")) {
      try RequestBuilder.build(
        EffectRequest(endpoint: "e", call: "C", body: .form(["Action": "DeleteAll"])), call: call,
        format: .awsQuery(version: "1"), base: base)
    }
    #expect(throws: EgressRefusal.wrongBody(format: "aws-json", needs: "JSON")) {
      try RequestBuilder.build(
        EffectRequest(endpoint: "e", call: "C", body: .form([:])), call: call,
        format: .awsJSON(targetPrefix: "T", version: "1.1"), base: base)
    }
    let json = try RequestBuilder.build(
      EffectRequest(endpoint: "e", call: "C", body: .json(["a": 1])), call: call,
      format: .awsJSON(targetPrefix: "T_1", version: "1.1"), base: base)
    #expect(json.header("x-amz-target") == "T_1.C")
    #expect(json.header("content-type") == "application/x-amz-json-1.1")
    #expect(json.body == Array("{\"a\":1}".utf8))
    #expect(!json.mayRepeat)
  }

  @Test func `The URL is the manifest's, filled in, or the first override`() throws {
    func url(_ region: String, partition: String = "aws", overrides: [(source: String, url: String)] = []) throws -> String {
      try ResolvedEndpoint.resolve(
        Fixtures.query, region: region, account: nil, partition: partition, overrides: overrides
      ).url.description
    }
    #expect(try url("eu-west-1") == "https://rds.eu-west-1.amazonaws.com/")
    #expect(try url("cn-north-1", partition: "aws-cn") == "https://rds.cn-north-1.amazonaws.com.cn/")
    #expect(try url("x", overrides: [("AWS_ENDPOINT_URL", "http://127.0.0.1:5000/")]) == "http://127.0.0.1:5000/")
    #expect(throws: EgressRefusal.badVariable(name: "region", value: "evil.com/")) { try url("evil.com/") }
    #expect(throws: EgressRefusal.badURL("ftp://x", from: "V")) { try url("x", overrides: [("V", "ftp://x")]) }
    var plain = Fixtures.query
    plain.url = "http://rds.amazonaws.com"
    #expect(throws: EgressRefusal.plainHTTP("http://rds.amazonaws.com")) {
      try ResolvedEndpoint.resolve(plain, region: "x", account: nil, partition: "aws")
    }
  }
}
