import Effects
import Synchronization

/// Answers from a list, and remembers what was asked.
final class ScriptedHTTP: HTTPSending {
  typealias Answer = Result<HTTPResponse, TransportError>
  private let state: Mutex<(answers: [Answer], requests: [HTTPRequest])>

  init(_ answers: [Answer]) { state = Mutex((answers, [])) }

  var requests: [HTTPRequest] { state.withLock { $0.requests } }

  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    let answer: Answer = state.withLock { state in
      state.requests.append(request)
      return state.answers.isEmpty ? .failure(.notSent("the script has ended")) : state.answers.removeFirst()
    }
    return try answer.get()
  }

  static func ok(_ body: String, status: Int = 200, headers: [String: String] = ["content-type": "text/xml"]) -> Answer {
    .success(HTTPResponse(status: status, headers: headers, body: Array(body.utf8)))
  }

  static func error(_ code: String, status: Int = 400, headers: [String: String] = [:]) -> Answer {
    ok(
      "<ErrorResponse><Error><Code>\(code)</Code><Message>words</Message></Error></ErrorResponse>", status: status,
      headers: headers.merging(["content-type": "text/xml"]) { own, _ in own })
  }
}

/// A clock that stands still but for the waits, which it notes.
final class TestClock: Sendable {
  private let state: Mutex<(now: Double, waits: [Double])>

  init(now: Double = 1_795_252_800) { state = Mutex((now, [])) }

  var waits: [Double] { state.withLock { $0.waits } }

  func advance(_ seconds: Double) { state.withLock { $0.now += seconds } }

  var clock: EffectClock {
    EffectClock(
      now: { Timestamp(seconds: self.state.withLock { $0.now }) },
      sleep: { seconds in
        self.state.withLock { state in
          state.now += seconds
          state.waits.append(seconds)
        }
      }, random: { 0.5 })
  }
}
