import Contract
import JSON
import Testing

@testable import Effects

@Suite("Performing effects") struct EffectPerformerTests {
  private let time = TestClock()
  private let tries = Counter()
  private let kept = Counter()

  private func perform(
    _ http: ScriptedHTTP, _ call: String, endpoint: Endpoint = Fixtures.query, form: [String: JSON] = [:],
    select: [JSONPointer]? = nil, context: CloudContext = Fixtures.context()
  ) async -> EffectOutcome {
    let performer = EffectPerformer(http: http, clock: time.clock, redactor: Redactor())
    let (tries, kept) = (tries, kept)
    return await performer.perform(
      EffectRequest(endpoint: "e", call: call, body: .form(form), select: select), endpoint: endpoint, endpointKey: "e",
      context: context, evaluator: Fixtures.evaluator,
      keepSecret: { secret in
        kept.note(secret)
        return "h1"
      }, beforeTry: { tries.note("\($0)") })
  }

  private func status(_ outcome: EffectOutcome) -> Int? {
    if case .answer(let answer) = outcome { answer.status } else { nil }
  }

  @Test func `A query is signed, its expressions are opened and its answer comes back as JSON`() async throws {
    let http = ScriptedHTTP([ScriptedHTTP.ok("<R><Result><Id>7</Id></Result></R>")])
    let outcome = await perform(http, "Describe", form: ["P": ["$secret": "s"], "T": ["$token": "k"], "A": "x y"])
    #expect(outcome == .answer(EffectAnswer(
      status: 200, headers: ["content-type": "text/xml"], body: ["Result": ["Id": "7"]], selected: ["Result": ["Id": "7"]])))
    let request = try #require(http.requests.first)
    #expect(request.url.description == "https://rds.eu-west-1.amazonaws.com/")
    #expect(
      String(decoding: request.body ?? [], as: UTF8.self)
        == "Action=Describe&Version=2014-10-31&A=x+y&P=value-of-s&T=token-k")
    #expect(request.header("authorization")?.contains("/eu-west-1/rds/aws4_request") == true)
    #expect(tries.notes.isEmpty)
  }

  @Test func `Secrets are lifted before select and headers are filtered`() async {
    let http = ScriptedHTTP([
      ScriptedHTTP.ok(
        "<R><Result><Password>hunter22</Password><Id>7</Id></Result></R>",
        headers: ["content-type": "text/xml", "x-amzn-requestid": "r", "set-cookie": "c"])
    ])
    let outcome = await perform(http, "Create", select: [JSONPointer(["Result", "Password"])])
    #expect(outcome == .answer(EffectAnswer(
      status: 200, headers: ["content-type": "text/xml", "x-amzn-requestid": "r"],
      body: ["Result": ["Password": ["$secret": "h1"], "Id": "7"]], selected: ["Result": ["Password": ["$secret": "h1"]]])))
    #expect(kept.notes == ["hunter22"])
    #expect(tries.notes == ["1"])
  }

  @Test func `A lost reply to a mutating call is not repeated unless that is safe`() async {
    let lost = ScriptedHTTP([.failure(.lost("reset")), ScriptedHTTP.ok("<R/>")])
    #expect(await perform(lost, "Create") == .lost(reason: "rds.eu-west-1.amazonaws.com: reset"))
    #expect(lost.requests.count == 1)
    let safe = ScriptedHTTP([.failure(.lost("reset")), ScriptedHTTP.ok("<R/>")])
    guard case .answer(let answer) = await perform(safe, "CreateSafe") else {
      Issue.record("it was not repeated")
      return
    }
    #expect(answer.status == 200 && answer.followsLoss)
    let read = ScriptedHTTP([.failure(.lost("reset")), ScriptedHTTP.ok("<R/>")])
    #expect(status(await perform(read, "Describe")) == 200)
    #expect(tries.notes == ["1", "1", "2"])
  }

  @Test func `Not sent is repeated for every call and says so at the end`() async {
    let http = ScriptedHTTP([])
    #expect(await perform(http, "Create") == .notSent(reason: "rds.eu-west-1.amazonaws.com: the script has ended"))
    #expect(http.requests.count == 8)
    // Full jitter with chance at one half: half of 0.1, 0.2, 0.4 ... s.
    #expect(time.waits == [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2])
  }

  @Test func `After a try that may have been executed, not sent becomes lost`() async {
    let http = ScriptedHTTP([.failure(.lost("reset"))])
    #expect(await perform(http, "CreateSafe") == .lost(reason: "rds.eu-west-1.amazonaws.com: reset"))
  }

  @Test(arguments: ["Throttling", "RequestLimitExceeded", "SlowDown", "EC2ThrottledException"])
  func `Throttling is always repeated`(_ code: String) async {
    let http = ScriptedHTTP([ScriptedHTTP.error(code, status: 503), ScriptedHTTP.error(code), ScriptedHTTP.ok("<R/>")])
    #expect(status(await perform(http, "Create")) == 200)
    #expect(tries.notes == ["1", "2", "3"])
  }

  @Test func `A server error is repeated only when that is safe`() async {
    let create = ScriptedHTTP([ScriptedHTTP.error("InternalFailure", status: 500), ScriptedHTTP.ok("<R/>")])
    guard case .lost = await perform(create, "Create") else {
      Issue.record("whether it was executed is not known")
      return
    }
    let safe = ScriptedHTTP([ScriptedHTTP.error("InternalFailure", status: 500), ScriptedHTTP.ok("<R/>")])
    #expect(status(await perform(safe, "CreateSafe")) == 200)
  }

  @Test func `Retry-After is obeyed in both forms and a long one goes to the driver`() async {
    let http = ScriptedHTTP([
      ScriptedHTTP.error("Throttling", status: 429, headers: ["retry-after": "7"]),
      ScriptedHTTP.error("Throttling", status: 429, headers: ["retry-after": "Sat, 21 Nov 2026 09:20:10 GMT"]),
      ScriptedHTTP.error("Throttling", status: 429, headers: ["retry-after": "3600"]),
    ])
    #expect(status(await perform(http, "Create")) == 429)
    #expect(time.waits == [7, 3])
  }

  @Test func `An expired session is renewed once`() async {
    let credentials = RenewableCredentials()
    let http = ScriptedHTTP([ScriptedHTTP.error("ExpiredToken", status: 403), ScriptedHTTP.ok("<R/>")])
    #expect(status(await perform(http, "Create", context: Fixtures.context(credentials: credentials))) == 200)
    #expect(http.requests.map { $0.header("authorization")?.contains("KEY1/") } == [false, true])
  }

  @Test(arguments: ["InvalidClientTokenId", "SignatureDoesNotMatch", "AuthFailure"])
  func `Keys that are not accepted are named`(_ code: String) async {
    let http = ScriptedHTTP([ScriptedHTTP.error(code, status: 403)])
    let outcome = await perform(http, "Create")
    guard case .unauthenticated(let message) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(message.contains("profile \"test\" (config:1)") && message.contains(code))
    #expect(!message.contains("not-a-real-secret-key"))
  }

  @Test func `A denial is the driver's`() async {
    let http = ScriptedHTTP([ScriptedHTTP.error("AccessDenied", status: 403)])
    #expect(status(await perform(http, "Create")) == 403)
  }

  @Test func `A wrong clock is corrected from the server's date and stays corrected`() async throws {
    let http = ScriptedHTTP([
      ScriptedHTTP.error("SignatureDoesNotMatch", status: 403, headers: ["date": "Sat, 21 Nov 2026 10:20:00 GMT"]),
      ScriptedHTTP.ok("<R/>"), ScriptedHTTP.ok("<R/>"),
    ])
    #expect(status(await perform(http, "Create")) == 200)
    #expect(http.requests.map { $0.header("x-amz-date") } == ["20261121T092000Z", "20261121T102000Z"])
  }

  @Test func `A broken body is lost for a call that mutates and repeated for one that reads`() async {
    let http = ScriptedHTTP([ScriptedHTTP.ok("<R>"), ScriptedHTTP.ok("<R/>")])
    guard case .lost = await perform(http, "Create") else {
      Issue.record("not lost")
      return
    }
    #expect(status(await perform(ScriptedHTTP([ScriptedHTTP.ok("<R>"), ScriptedHTTP.ok("<R/>")]), "Describe")) == 200)
  }

  @Test func `A journal that fails stops the effect before it is sent`() async {
    struct Full: Error {}
    let http = ScriptedHTTP([ScriptedHTTP.ok("<R/>")])
    let outcome = await EffectPerformer(http: http, clock: time.clock).perform(
      EffectRequest(endpoint: "e", call: "Create"), endpoint: Fixtures.query, endpointKey: "e", context: Fixtures.context(),
      evaluator: Fixtures.evaluator, keepSecret: { $0 }, beforeTry: { _ in throw Full() })
    #expect(outcome == .notSent(reason: "stopped before sending: Full()"))
    #expect(http.requests.isEmpty)
  }

  @Test func `A call that the manifest lacks is refused`() async {
    let outcome = await perform(ScriptedHTTP([]), "DeleteAll")
    #expect(outcome == .refused(reason: "the manifest's endpoint e has no call DeleteAll"))
  }

  @Test func `Credentials that cannot be fetched for a while hold nothing`() async {
    struct Away: CredentialProviding {
      func credentials() async throws(CredentialError) -> AWSCredentials { throw .unreachable(what: "STS", problem: "x") }
      func invalidate(_ credentials: AWSCredentials) async {}
    }
    let outcome = await perform(ScriptedHTTP([]), "Create", context: Fixtures.context(credentials: Away()))
    #expect(outcome == .notSent(reason: "STS cannot be reached: x"))
    #expect(tries.notes.count == 8)
  }

  @Test func `Error codes are found in every envelope`() throws {
    func code(_ body: JSON, _ headers: [String: String] = [:]) -> String? { AWSErrorCode.code(headers: headers, body: body) }
    #expect(code(["__type": "com.amazonaws.ecs#ClusterNotFoundException"]) == "ClusterNotFoundException")
    #expect(code(nil, ["x-amzn-errortype": "ThrottlingException:http://x/"]) == "ThrottlingException")
    #expect(code(["Error": ["Code": "DBInstanceNotFound"]]) == "DBInstanceNotFound")
    #expect(code(["Errors": ["Error": ["Code": "InvalidVpcID.NotFound"]], "RequestID": "1"]) == "InvalidVpcID.NotFound")
    #expect(code("<html>") == nil)
  }
}
