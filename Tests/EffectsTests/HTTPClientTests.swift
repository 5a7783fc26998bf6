import Effects
import JSON
import Testing

@Suite("HTTP client") struct HTTPClientTests {
  private func request(_ url: String, _ method: String = "GET", body: [UInt8]? = nil) throws -> HTTPRequest {
    HTTPRequest(method: method, url: try #require(HTTPURL(url)), body: body, timeout: 20_000)
  }

  @Test func `A request and its answer arrive unchanged`() async throws {
    let server = try FaultServer()
    let client = HTTPClient()
    var post = try request("\(server.base)/a%2Fb/..c?x=%20&y", "POST", body: Array("hello=1".utf8))
    post.headers = [HTTPHeader("Content-Type", "text/plain"), HTTPHeader("Accept", "a/b")]
    let answer = try await client.send(post)
    let seen = try JSON.parse(answer.body)
    #expect(answer.status == 200)
    #expect(answer.headers["content-type"] == "application/json")
    #expect(seen["path"] == "/a%2Fb/..c?x=%20&y")
    #expect(seen["method"] == "POST")
    #expect(seen["body"] == "hello=1")
    #expect(seen["headers"]?["host"] == .string("127.0.0.1:\(server.port)"))
    #expect(seen["headers"]?["expect"] == nil)
  }

  @Test func `A refused connection was surely not sent`() async throws {
    let client = HTTPClient()
    await #expect(throws: TransportError.self) { try await client.send(request("http://127.0.0.1:1/")) }
    do {
      _ = try await client.send(request("http://127.0.0.1:1/"))
    } catch {
      guard case TransportError.notSent = error else { throw error }
    }
  }

  @Test(arguments: ["/drop", "/truncated", "/big/2000"])
  func `Whatever fails after sending is lost`(_ path: String) async throws {
    let server = try FaultServer()
    let client = HTTPClient(longestAnswer: 1000)
    do {
      _ = try await client.send(request(server.base + path, "POST", body: []))
      Issue.record("there was an answer")
    } catch {
      guard case TransportError.lost = error else { throw error }
    }
  }

  @Test func `A timeout after sending is lost`() async throws {
    let server = try FaultServer()
    var slow = try request("\(server.base)/silent", "POST", body: [])
    slow.timeout = 200
    do {
      _ = try await HTTPClient().send(slow)
      Issue.record("there was an answer")
    } catch {
      guard case TransportError.lost = error else { throw error }
    }
  }

  @Test func `Cancelling the task ends the transfer`() async throws {
    let server = try FaultServer()
    let client = HTTPClient()
    let silent = try request("\(server.base)/silent")
    let task = Task { try await client.send(silent) }
    task.cancel()
    let result = await task.result
    #expect(throws: TransportError.self) { try result.get() }
  }

  @Test func `Redirects are answers`() async throws {
    let server = try FaultServer()
    let answer = try await HTTPClient().send(request("\(server.base)/redirect"))
    #expect(answer.status == 302)
    #expect(answer.headers["location"] == "/echo")
  }

  @Test func `A request that must not repeat is not repeated on a reused connection that dies`() async throws {
    let server = try FaultServer()
    let client = HTTPClient()
    var answered = 0
    var isLost = false
    // A machine that lets the first connection grow too old before the second request gets an answer to it, on a new one.
    while !isLost && answered < 20 {
      _ = try await client.send(request("\(server.base)/die-later"))
      do {
        _ = try await client.send(request("\(server.base)/once", "POST", body: []))
        answered += 1
      } catch {
        guard case TransportError.lost = error else { throw error }
        isLost = true
      }
    }
    #expect(isLost, "no connection was used again")
    let hits = try JSON.parse(try await client.send(request("\(server.base)/hits")).body)
    #expect(hits["/once"] == .int(Int64(answered + 1)))
  }

  @Test func `Two hundred at once all come back`() async throws {
    let server = try FaultServer()
    let client = HTTPClient()
    let url = try request("\(server.base)/echo")
    let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<200 { group.addTask { try await client.send(url).status } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(statuses == Array(repeating: 200, count: 200))
  }

  @Test func `URLs with a user, a fragment or a strange scheme are none`() {
    for text in ["ftp://a/", "http://", "http://u@a/", "http://a/#b", "http://a b/", "http://a:0/", "http://a\\b/", "a"] {
      #expect(HTTPURL(text) == nil, "\(text)")
    }
    #expect(HTTPURL("HTTPS://Ex.com:443")?.description == "https://ex.com/")
    #expect(HTTPURL("http://[::1]:80/x?y")?.description == "http://[::1]/x?y")
  }
}
