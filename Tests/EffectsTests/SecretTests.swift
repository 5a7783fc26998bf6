import Contract
import JSON
import Logging
import Synchronization
import Testing

@testable import Effects

@Suite("Secrets") struct SecretTests {
  private let evaluator = ExpressionEvaluator(
    secret: { handle in
      guard handle == "h" else { throw XMLError(problem: "no such handle", line: 1) }
      return "p@ss wörd"
    }, token: { "token-\($0)" })

  @Test func `Expressions become text, everything else stays`() throws {
    let tree: JSON = [
      "a": ["$secret": "h"], "b": ["$concat": ["x", ["$secret": "h"], 1, true]], "c": ["$token": "k"],
      "d": ["$base64": "hi"], "e": ["$base64decode": "aGk="], "f": ["$split": [",", "a,b,c", 1]],
      "g": ["$urlencode": ["$secret": "h"]], "n": [1, nil, ["x": 1.5]], "two": ["$a": 1, "$b": 2],
    ]
    #expect(
      try evaluator.evaluate(tree) == [
        "a": "p@ss wörd", "b": "xp@ss wörd1true", "c": "token-k", "d": "aGk=", "e": "hi", "f": "b",
        "g": "p%40ss%20w%C3%B6rd", "n": [1, nil, ["x": 1.5]], "two": ["$a": 1, "$b": 2],
      ])
  }

  @Test func `A secret inside JSON that is a text is quoted as JSON wants it`() throws {
    let quoting = ExpressionEvaluator(secret: { _ in "a\"b\\c" }, token: { $0 })
    #expect(
      try quoting.evaluate(["$json": ["user": "robot", "password": ["$secret": "h"]]])
        == #"{"password":"a\"b\\c","user":"robot"}"#)
    #expect(try Expression.handles(in: ["x": ["$json": [["$secret": "h"]]]]) == ["h"])
  }

  @Test func `Bytes that are no text may pass between two base 64 steps only`() throws {
    #expect(try evaluator.evaluate(["$base64": ["$base64decode": "/w=="]]) == "/w==")
    #expect(throws: ExpressionError.notText(at: JSONPointer(["x"]))) {
      try evaluator.evaluate(["x": ["$base64decode": "/w=="]])
    }
  }

  @Test func `What is wrong is said with its place`() {
    func failure(_ json: JSON) -> String? {
      do {
        _ = try Expression.handles(in: json)
        return nil
      } catch { return "\(error)" }
    }
    #expect(failure(["a": [["$what": 1]]]) == "/a/0: $what is no expression that this host knows")
    #expect(failure(["$secret": 1]) == ": $secret needs a handle")
    #expect(failure(["$concat": [[:]]]) == "/$concat/0: the operand needs a scalar or an expression")
    #expect(failure(["$split": [",", "a"]]) == ": $split needs [separator, value, index]")
    #expect(throws: ExpressionError.missingPart(index: 3, at: JSONPointer())) {
      try evaluator.evaluate(["$split": [",", "a", 3]])
    }
    #expect(throws: ExpressionError.notBase64(at: JSONPointer())) { try evaluator.evaluate(["$base64decode": "a*"]) }
  }

  @Test func `The handles of a tree are listed`() throws {
    let tree: JSON = ["a": ["$concat": [["$secret": "x"], "y"]], "b": [["$base64": ["$secret": "z"]]]]
    #expect(try Expression.handles(in: tree) == ["x", "z"])
  }

  @Test func `Lifting replaces every matched scalar by a handle and stores equal values once`() throws {
    var kept: [String] = []
    let body: JSON = ["k": [["p": "s1", "q": "open"], ["p": "s2"]], "w": ["x": 5, "y": nil], "z": "s1"]
    let lifted = try SecretLifting.lift(
      body: body, at: ["/k/*/p", "/w", "/z", "/none"].compactMap { JSONPointer($0) },
      keep: {
        kept.append($0)
        return "h-\($0)"
      })
    #expect(
      lifted == [
        "k": [["p": ["$secret": "h-s1"], "q": "open"], ["p": ["$secret": "h-s2"]]],
        "w": ["x": ["$secret": "h-5"], "y": nil], "z": ["$secret": "h-s1"],
      ])
    #expect(kept.sorted() == ["5", "s1", "s2"])
  }

  @Test func `The redactor masks a secret in every form and leaves short ones`() {
    let redactor = Redactor()
    redactor.register("s3cr+t/x")
    redactor.register("abc")
    redactor.register("s3cr+t/xlonger")
    #expect(
      redactor.redact("a s3cr+t/x b s3cr%2Bt%2Fx c \(Base64.encode(Array("s3cr+t/x".utf8))) abc s3cr+t/xlonger")
        == "a **** b **** c **** abc ****")
    #expect(redactor.redact("nothing") == "nothing")
  }

  @Test func `A secret that an answer says again is its handle, and masked inside of other text`() {
    let arn: JSON = "arn:aws:secretsmanager:eu-west-1:1:secret:x"
    let answer: JSON = ["whole": "secret", "arn": arn, "note": "it is Tr0ub4dor&3 now"]
    let secrets = ["a": "secret", "b": "Tr0ub4dor&3"]
    #expect(
      EchoedSecrets(secrets, isError: false).hidden(in: answer)
        == ["whole": ["$secret": "a"], "arn": arn, "note": "it is **** now"])
    #expect(EchoedSecrets(secrets, isError: true).hidden(in: ["message": "bad secret"]) == ["message": "bad ****"])
  }

  @Test func `Base 64 is RFC 4648's`() {
    for (text, coded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")] {
      #expect(Base64.encode(Array(text.utf8)) == coded)
      #expect(Base64.decode(Array(coded.utf8)) == Array(text.utf8))
    }
    #expect(Base64.decode(Array("A".utf8)) == nil)
  }

  @Test func `Times are read and written`() {
    #expect(Timestamp(rfc3339: "2015-08-30T12:36:00Z")?.basic == "20150830T123600Z")
    #expect(Timestamp(rfc3339: "2015-08-30T14:36:00.25+02:00")?.seconds == 1_440_938_160)
    #expect(Timestamp(httpDate: "Sun, 06 Nov 1994 08:49:37 GMT")?.seconds == 784_111_777)
    #expect(Timestamp(seconds: 0).basic == "19700101T000000Z")
    #expect(Timestamp(rfc3339: "tomorrow") == nil)
  }

  @Test func `A log line has no secret in message, metadata or error`() {
    final class Lines: Sendable {
      let all = Mutex<[String]>([])
    }
    struct Recorder: LogHandler {
      let lines: Lines
      var metadata: Logger.Metadata = [:]
      var logLevel = Logger.Level.trace
      subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
      }
      func log(event: LogEvent) {
        lines.all.withLock { $0.append("\(event.message) \(event.metadata ?? [:]) \(metadata)") }
      }
    }
    let redactor = Redactor()
    redactor.register("sesame-open")
    let lines = Lines()
    var logger = Logger(label: "test") { _ in RedactingLogHandler(Recorder(lines: lines), redactor: redactor) }
    logger[metadataKey: "own"] = "sesame-open"
    logger.info("say sesame-open", metadata: ["a": ["sesame-open", "x"]])
    let text = lines.all.withLock { $0.joined() }
    #expect(text.contains("say ****"))
    #expect(!text.contains("sesame-open"))
  }
}
