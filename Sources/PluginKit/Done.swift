public import JSON

/// How an operation ended.
public struct Done: Sendable {
  /// How far the thing is.
  public enum Status: String, Sendable { case ready, pending, failed, absent }

  private var members: [String: JSON]

  private init(_ status: Status, _ members: [String: JSON?]) {
    self.members = members.compactMapValues { $0 }
    self.members["status"] = .string(status.rawValue)
  }

  /// The thing is there and usable.
  public static func ready(id: String? = nil, attributes: JSON? = nil, properties: JSON? = nil, state: JSON? = nil) -> Done {
    Done(.ready, ["id": id.map { .string($0) }, "attributes": attributes, "properties": properties, "state": state])
  }

  /// The cloud is at work on it; the host reads it again after that time.
  public static func pending(
    id: String? = nil, attributes: JSON? = nil, properties: JSON? = nil, state: JSON? = nil, reason: String? = nil,
    nextMilliseconds: Int = 2000
  ) -> Done {
    Done(
      .pending,
      [
        "id": id.map { .string($0) }, "attributes": attributes, "properties": properties, "state": state,
        "reason": reason.map { .string($0) }, "next_ms": .int(Int64(nextMilliseconds)),
      ])
  }

  /// The cloud has given up on it.
  public static func failed(_ reason: String, id: String? = nil, attributes: JSON? = nil, properties: JSON? = nil) -> Done {
    Done(.failed, ["id": id.map { .string($0) }, "attributes": attributes, "properties": properties, "reason": .string(reason)])
  }

  /// It is not there.
  public static let absent = Done(.absent, [:])

  /// The fragment that an expand op makes.
  public static func fragment(resources: [String: JSON], outputs: [String: JSON] = [:], exports: [String: JSON] = [:]) -> Done {
    Done(
      .ready,
      ["fragment": ["Resources": .object(resources), "Outputs": .object(outputs), "Exports": .object(exports)]])
  }

  /// Lines of a log: each {ts, source, text}.
  public static func lines(_ lines: [JSON], cursor: String? = nil, more: Bool = false) -> Done {
    Done(.ready, ["lines": .array(lines), "cursor": cursor.map { .string($0) }, "more": .bool(more)])
  }

  /// Things that a list found: each {id, tags}.
  public static func items(_ items: [JSON], cursor: String? = nil) -> Done {
    Done(.ready, ["items": .array(items), "cursor": cursor.map { .string($0) }])
  }

  var json: JSON { ["done": .object(members)] }
}

/// An error that ends the attempt, with a code of the closed set.
public struct Failure: Error, Sendable {
  /// The closed set of codes (docs/plugin-contract.md, "Error codes").
  public enum Code: String, Sendable {
    case badRequest = "bad_request"
    case notFound = "not_found"
    case exists, conflict, busy, throttled, unauthenticated, denied, quota, unavailable, unsupported, `internal`
  }

  /// What sort of error it is.
  public let code: Code
  /// One sentence for people: what, and what to do.
  public let message: String
  /// The JSON pointer of the property at fault.
  public let property: String?

  /// A failure.
  public init(_ code: Code, _ message: String, property: String? = nil) {
    self.code = code
    self.message = message
    self.property = property
  }

  var json: JSON {
    var members: [String: JSON] = ["code": .string(code.rawValue), "message": .string(message)]
    if let property { members["property"] = .string(property) }
    return ["fail": .object(members)]
  }
}
