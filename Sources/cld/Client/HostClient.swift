internal import Glibc
internal import JSON

/// Talks to the host over its socket, and starts it when it does not run.
struct HostClient {
  /// Sends a request and gives the answer.
  /// - Throws: `CommandFailure` with what the host says when it refuses, and when it cannot be reached.
  func send(
    _ method: String, _ path: [String], query: [String: String] = [:], body: JSON? = nil, idempotencyKey: String? = nil
  ) throws -> JSON {
    var target = path.map { "/" + HTTPMessage.encode($0) }.joined()
    if !query.isEmpty {
      target += "?" + query.sorted { $0.key < $1.key }.map { "\($0.key)=\(HTTPMessage.encode($0.value))" }.joined(separator: "&")
    }
    var headers = [("Cld-Client", ClientVariables.json.text)]
    if body != nil { headers.append(("Content-Type", "application/json")) }
    if let idempotencyKey { headers.append(("Idempotency-Key", idempotencyKey)) }
    let message = HTTPMessage.request(method: method, target: target, headers: headers, body: body?.bytes ?? [])
    // A host that dies is started again and asked again: reading changes nothing, and a change with a key is accepted once.
    let attempts = method == "GET" || idempotencyKey != nil ? 5 : 1
    guard let (status, content) = try Self.exchange(message, attempts: attempts) else {
      throw CommandFailure("the connection to cld-host broke; run the command again (the log is \(Paths.home)/host.log)", .unavailable)
    }
    let json: JSON
    do {
      json = try JSON.parse(content)
    } catch {
      throw CommandFailure("cld-host answered what is no JSON (status \(status)): \(error.message)", .unavailable)
    }
    guard status < 400 else { throw CommandFailure(problem: json, status: status) }
    return json
  }

  /// The status and body of the answer; nil when the connection broke each time.
  private static func exchange(_ message: [UInt8], attempts: Int) throws -> (status: Int, body: [UInt8])? {
    for _ in 0..<attempts {
      try HostProcess.start()
      if let socket = UnixSocket(path: Paths.socket), socket.send(message), let bytes = socket.receiveAll(),
        let response = HTTPMessage.response(bytes)
      {
        return response
      }
    }
    return nil
  }
}
