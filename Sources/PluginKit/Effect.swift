public import JSON

/// A call of the manifest with its arguments.
public struct Effect: Sendable {
  /// The key of the endpoint in the manifest.
  public var endpoint: String
  /// The name of the call in the manifest.
  public var call: String
  /// The body: `.json`, `.form` or `.text`, with expressions where secrets or tokens belong.
  public var body: Body
  /// The `{name}` parameters of a REST path.
  public var path: [String: JSON]
  /// The query of a REST call.
  public var query: [String: JSON]
  /// Further headers.
  public var headers: [String: JSON]
  /// JSON pointers (`*` allowed) into the answer: only these parts are kept. nil keeps all of it.
  public var select: [String]?

  /// A structured body.
  public enum Body: Sendable {
    case none
    case json(JSON)
    case form([String: JSON])
    case text(JSON)
  }

  /// An effect.
  public init(
    _ endpoint: String, _ call: String, _ body: Body = .none, path: [String: JSON] = [:], query: [String: JSON] = [:],
    headers: [String: JSON] = [:], select: [String]? = nil
  ) {
    self.endpoint = endpoint
    self.call = call
    self.body = body
    self.path = path
    self.query = query
    self.headers = headers
    self.select = select
  }

  private var members: [String: JSON] {
    var members: [String: JSON] = ["endpoint": .string(endpoint), "call": .string(call)]
    switch body {
    case .none: break
    case .json(let value): members["json"] = value
    case .form(let fields): members["form"] = .object(fields)
    case .text(let value): members["text"] = value
    }
    if !path.isEmpty { members["path"] = .object(path) }
    if !query.isEmpty { members["query"] = .object(query) }
    if !headers.isEmpty { members["headers"] = .object(headers) }
    if let select { members["select"] = .array(select.map { .string($0) }) }
    return members
  }

  func json(digest: String) -> JSON {
    var members = members
    members["digest"] = .string(digest)
    return .object(members)
  }

  /// FNV-1a over the effect's text: tells a changed driver from an unchanged one, nothing more.
  var digest: String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in JSON.object(members).bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let hex = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - hex.count) + hex
  }
}

/// The cloud's answer to an effect.
public struct Reply: Sendable {
  /// The HTTP status.
  public let status: Int
  /// The headers that the host lets through, with lower-case names.
  public let headers: [String: String]
  /// The body as JSON, or as one string when it is text.
  public let body: JSON

  init(_ json: JSON) {
    status = Int(json["status"]?.int ?? 0)
    headers = (json["headers"]?.object ?? [:]).compactMapValues(\.string)
    body = json["body"] ?? .null
  }

  /// Whether the status is 2xx.
  public var isSuccess: Bool { (200..<300).contains(status) }
}
