import Contract
import Effects
import JSON
import Testing

/// The performer on the real transport against a server that misbehaves.
@Suite("Effects under faults") struct EffectFaultTests {
  private func perform(_ path: String, _ repeating: Call.Repeat, at url: String, http: HTTPClient) async -> EffectOutcome {
    var endpoint = Fixtures.rest
    endpoint.calls = ["Do": Call(mutates: true, repeating: repeating, rest: .init(method: "POST", path: path))]
    return await EffectPerformer(http: http, clock: TestClock().clock).perform(
      EffectRequest(endpoint: "e", call: "Do", body: .json(["a": 1])), endpoint: endpoint, endpointKey: "e",
      context: Fixtures.context(["EXAMPLE_URL": url]), evaluator: Fixtures.evaluator, keepSecret: { $0 })
  }

  @Test func `A dropped reply leaves one execution unless repeating is safe`() async throws {
    let server = try FaultServer()
    let http = HTTPClient()
    for (repeating, expected) in [(Call.Repeat.check, 1), (.unsafe, 2), (.safe, 10)] {
      guard case .lost = await perform("/drop", repeating, at: server.base, http: http) else {
        Issue.record("not lost")
        return
      }
      let answer = try await http.send(HTTPRequest(method: "GET", url: try #require(HTTPURL("\(server.base)/hits"))))
      #expect(try JSON.parse(answer.body)["/drop"]?.int == Int64(expected))
    }
  }

  @Test func `A server that is not there is not sent`() async throws {
    guard case .notSent = await perform("/x", .unsafe, at: "http://127.0.0.1:1", http: HTTPClient()) else {
      Issue.record("it was sent")
      return
    }
  }

  @Test func `A name that does not exist is not sent`() async throws {
    guard case .notSent = await perform("/x", .check, at: "http://no-such-host.invalid", http: HTTPClient()) else {
      Issue.record("it was sent")
      return
    }
  }

  @Test func `TLS that fails is not sent`() async throws {
    let server = try FaultServer()
    let url = server.base.split(separator: ":").dropFirst().joined(separator: ":")
    guard case .notSent = await perform("/x", .check, at: "https:\(url)", http: HTTPClient()) else {
      Issue.record("it was sent")
      return
    }
  }
}
