internal import JSON
internal import PluginKit

/// One class of things of the simulated cloud, by what finds a thing again whose create was lost.
enum IdentityClass: String {
  case named, token, tagged, plain, waiting

  /// The word in the names of the manifest's calls.
  var word: String {
    switch self {
    case .named: "Named"
    case .token: "Token"
    case .tagged: "Tagged"
    case .plain: "Plain"
    case .waiting: "Waiting"
    }
  }

  /// Whether the id is the name that the host chose.
  var isNamed: Bool { self == .named || self == .waiting }
}

/// What the cloud shows of a thing.
struct Thing {
  let id: String
  let state: String
  let revision: Int64
  let restarts: Int64
  let text: String?
  let parts: [String]
  let properties: JSON
  private let tags: [String: String]

  init(_ json: JSON) throws {
    guard let id = json["id"]?.string else { throw Failure(.internal, "the cloud answered a thing without an id") }
    self.id = id
    state = json["state"]?.string ?? "ready"
    revision = json["revision"]?.int ?? 0
    restarts = json["actions"]?["restart"]?.int ?? 0
    text = json["properties"]?["Text"]?.string
    parts = (json["parts"]?.array ?? []).compactMap(\.string)
    properties = json["properties"] ?? [:]
    tags = (json["tags"]?.object ?? [:]).compactMapValues(\.string)
  }

  func isOwned(by step: Step) -> Bool { !step.tags.isEmpty && step.tags.allSatisfy { tags[$0.key] == $0.value } }
}

/// The answer to a call that changes something.
enum Outcome {
  case done(JSON)
  case exists
  case missing
  /// Sent, and nobody knows whether it was executed: no answer, or a server's error.
  case unknown
}

extension Step {
  /// Asks for something that changes nothing; nil when it is not there.
  func ask(_ call: String, path: [String: JSON] = [:], query: [String: JSON] = [:]) throws -> JSON? {
    let reply = try self.call(Effect("sim", call, path: path, query: query))
    if reply.isSuccess { return reply.body }
    if reply.status == 404 { return nil }
    throw refusal(reply, call)
  }

  /// Asks for a change.
  func change(_ call: String, _ body: JSON? = nil, path: [String: JSON] = [:]) throws -> Outcome {
    guard let reply = try callOrLost(Effect("sim", call, body.map { .json($0) } ?? .none, path: path)) else { return .unknown }
    switch reply.status {
    case 200..<300: return .done(reply.body)
    case 404: return .missing
    case 409: return .exists
    case 500...: return .unknown
    default: throw refusal(reply, call)
    }
  }

  /// The failure that an answer means which is no success.
  func refusal(_ reply: Reply, _ call: String) -> Failure {
    let message = reply.body["message"]?.string ?? "\(call) was answered with \(reply.status)"
    switch reply.status {
    case 429: return Failure(.throttled, message)
    case 500...: return Failure(.unavailable, message)
    default: return Failure(.badRequest, message)
    }
  }
}
