internal import Engine
internal import JSON

/// A request with its parts read.
struct Call: Sendable {
  let method: String
  let path: [String]
  let query: [String: String]
  let body: JSON
  let client: ClientVariables
  let idempotencyKey: String?

  init(_ request: ServiceRequest) throws {
    method = request.method
    path = request.path
    query = request.query
    idempotencyKey = request.headers["idempotency-key"]
    if request.body.isEmpty {
      body = .null
    } else {
      do {
        body = try JSON.parse(request.body)
      } catch {
        throw RequestError.usage("the body is not JSON: line \(error.line), column \(error.column): \(error.message)")
      }
    }
    // The client's own variables, as one JSON object: they never enter a log.
    if let text = request.headers["cld-client"], let variables = try? JSON.parse(text).object {
      client = ClientVariables(variables.compactMapValues(\.string))
    } else {
      client = ClientVariables([:])
    }
  }

  /// Whether this is not the first request for an operation's events.
  var isFollowing: Bool { path.dropFirst().first == "operations" && path.last == "events" && query["after"] != "0" }

  /// The operation that a person asks to go on: `GET /v1/operations/ID?resume=true`.
  var operationAskedFor: String? {
    method == "GET" && path.count == 3 && path[1] == "operations" && flag("resume") ? path[2] : nil
  }

  /// Whether it is about things as they stand, so that what is held stays held until it is answered.
  var isLooking: Bool { method == "GET" && path.last != "events" || isAboutHeld }

  /// Whether it says how a held operation is to go on.
  private var isAboutHeld: Bool { method == "POST" && path.dropFirst().first == "operations" && ["resolve", "retry"].contains(path.last) }

  func text(_ key: String) throws -> String {
    guard let text = body[key]?.string else { throw RequestError.usage("the body lacks the text '\(key)'") }
    return text
  }

  func flag(_ key: String) -> Bool { query[key] == "true" }

  func integer(_ key: String) throws -> Int64? {
    guard let text = query[key] else { return nil }
    guard let number = Int64(text) else { throw RequestError.usage("'\(key)' must be an integer, and is '\(text)'") }
    return number
  }
}
