public import JSON

/// A breach of the answer's format; the step fails with this as evidence.
public struct AnswerFormatError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The place in the answer.
  public let pointer: String
  /// What is wrong there.
  public let problem: String

  /// The place and the problem, for logs and events.
  public var description: String { "answer\(pointer): \(problem)" }
}

extension StepAnswer {
  /// Reads an answer. Strict: exactly one of the four, and no unknown member anywhere.
  public init(json: JSON) throws(AnswerFormatError) {
    let top = try AnswerObject(json, at: "")
    let kinds = ["effect", "retry", "done", "fail"].filter { top.members[$0] != nil }
    guard kinds.count == 1, let kind = kinds.first else {
      throw AnswerFormatError(pointer: "", problem: "has \(kinds.count) of effect, retry, done and fail, and must have one")
    }
    let inner = try AnswerObject(top.members[kind] ?? .null, at: "/\(kind)")
    switch kind {
    case "effect":
      try top.allow(["effect", "id", "attributes", "state", "log"])
      let known = Known(id: try top.string("id"), attributes: top.members["attributes"], state: top.members["state"])
      outcome = .effect(try EffectRequest(inner), known: known)
    case "retry":
      try top.allow(["retry", "log"])
      try inner.allow(["after_ms", "reason", "from_start"])
      outcome = .retry(
        afterMilliseconds: Int(clamping: max(0, try inner.int("after_ms") ?? 0)),
        reason: try inner.string("reason") ?? "", fromStart: try inner.bool("from_start") ?? false)
    case "done":
      try top.allow(["done", "log"])
      outcome = .done(try Completion(inner))
    default:
      try top.allow(["fail", "log"])
      try inner.allow(["code", "message", "property"])
      guard let code = ErrorCode(rawValue: try inner.string("code") ?? "") else {
        throw AnswerFormatError(pointer: "/fail/code", problem: "is not one of the closed set of codes")
      }
      outcome = .fail(
        Failure(code: code, message: try inner.string("message") ?? code.rawValue, property: try inner.string("property")))
    }
    log = try (top.array("log") ?? []).compactMap(\.string)
  }
}

extension Completion {
  fileprivate init(_ object: AnswerObject) throws(AnswerFormatError) {
    try object.allow([
      "status", "id", "properties", "attributes", "state", "reason", "next_ms", "fragment", "lines", "cursor", "more",
      "items",
    ])
    guard let status = Readiness(rawValue: try object.string("status") ?? "") else {
      throw AnswerFormatError(pointer: "/done/status", problem: "is not ready, pending, failed or absent")
    }
    self.init(
      status: status, id: try object.string("id"), properties: object.members["properties"],
      attributes: object.members["attributes"], state: object.members["state"], reason: try object.string("reason"),
      nextMilliseconds: try object.int("next_ms").map { Int(clamping: max(0, $0)) },
      fragment: object.members["fragment"], lines: try object.array("lines"), cursor: try object.string("cursor"),
      more: try object.bool("more") ?? false, items: try object.array("items"))
  }
}

extension EffectRequest {
  /// Reads an effect as a driver writes it, or as the journal recorded it.
  public init(json: JSON) throws(AnswerFormatError) { try self.init(AnswerObject(json, at: "/effect")) }

  /// The effect as the journal records it; `init(json:)` reads it back.
  public var json: JSON {
    var members: [String: JSON] = [
      "endpoint": .string(endpoint), "call": .string(call), "path": .object(path), "query": .object(query),
      "headers": .object(headers), "digest": .string(digest),
    ]
    switch body {
    case .none: break
    case .json(let value): members["json"] = value
    case .form(let fields): members["form"] = .object(fields)
    case .text(let value): members["text"] = value
    }
    if let select { members["select"] = .array(select.map { .string($0.description) }) }
    return .object(members)
  }

  fileprivate init(_ object: AnswerObject) throws(AnswerFormatError) {
    try object.allow([
      "endpoint", "call", "json", "form", "text", "path", "query", "headers", "select", "digest",
    ])
    guard let endpoint = try object.string("endpoint"), let call = try object.string("call") else {
      throw AnswerFormatError(pointer: object.pointer, problem: "names no endpoint and call")
    }
    let bodies = ["json", "form", "text"].filter { object.members[$0] != nil }
    guard bodies.count <= 1 else {
      throw AnswerFormatError(pointer: object.pointer, problem: "has more than one of json, form and text")
    }
    let body: Body =
      switch bodies.first {
      case "json": .json(object.members["json"] ?? .null)
      case "form": .form(try object.object("form") ?? [:])
      case "text": .text(object.members["text"] ?? .null)
      default: .none
      }
    var select: [JSONPointer]?
    if let list = try object.array("select") {
      var pointers: [JSONPointer] = []
      for element in list {
        guard let text = element.string, let pointer = JSONPointer(text) else {
          throw AnswerFormatError(pointer: "\(object.pointer)/select", problem: "holds something that is no JSON pointer")
        }
        pointers.append(pointer)
      }
      select = pointers
    }
    let digest = try object.string("digest") ?? ""
    guard digest.utf8.count <= 64 else {
      throw AnswerFormatError(pointer: "\(object.pointer)/digest", problem: "is longer than 64 bytes")
    }
    self.init(
      endpoint: endpoint, call: call, body: body, path: try object.object("path") ?? [:],
      query: try object.object("query") ?? [:], headers: try object.object("headers") ?? [:], select: select,
      digest: digest)
  }
}

/// An object of an answer and where it stands, for messages.
private struct AnswerObject {
  let members: [String: JSON]
  let pointer: String

  init(_ json: JSON, at pointer: String) throws(AnswerFormatError) {
    guard let members = json.object else {
      throw AnswerFormatError(pointer: pointer, problem: "is \(json.kind), not an object")
    }
    self.members = members
    self.pointer = pointer
  }

  func allow(_ keys: Set<String>) throws(AnswerFormatError) {
    if let unknown = members.keys.filter({ !keys.contains($0) }).min() {
      throw AnswerFormatError(pointer: "\(pointer)/\(unknown)", problem: "is not a member that this host knows")
    }
  }

  func string(_ key: String) throws(AnswerFormatError) -> String? { try value(key, "a string", \.string) }
  func int(_ key: String) throws(AnswerFormatError) -> Int64? { try value(key, "an integer", \.int) }
  func bool(_ key: String) throws(AnswerFormatError) -> Bool? { try value(key, "a boolean", \.bool) }
  func array(_ key: String) throws(AnswerFormatError) -> [JSON]? { try value(key, "an array", \.array) }
  func object(_ key: String) throws(AnswerFormatError) -> [String: JSON]? { try value(key, "an object", \.object) }

  private func value<Value>(_ key: String, _ kind: String, _ read: (JSON) -> Value?) throws(AnswerFormatError) -> Value? {
    guard let member = members[key], !member.isNull else { return nil }
    guard let value = read(member) else {
      throw AnswerFormatError(pointer: "\(pointer)/\(key)", problem: "is \(member.kind), not \(kind)")
    }
    return value
  }
}
