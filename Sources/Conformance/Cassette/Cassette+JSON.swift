internal import Glibc
internal import JSON
internal import Plugins

/// A cassette that cannot be used: the file, the place in it, and what is wrong there.
struct CassetteError: Error, CustomStringConvertible {
  let file: String
  let pointer: String
  let problem: String

  var description: String { "\(file): \(pointer.isEmpty ? "the file" : pointer) \(problem)" }
}

extension Cassette {
  /// Reads a cassette. Strict: an unknown key is refused, so that a misspelt one is not taken for nothing.
  init(json: JSON, file: String) throws(CassetteError) {
    let top = CassetteObject(json: json, pointer: "", file: file)
    try top.allow(["cassette_version", "description", "type", "identity", "now", "desired", "config", "inputs", "states"])
    guard try top.need("cassette_version", \.int) == 1 else { throw top.error("/cassette_version", "must be 1") }
    self.file = file
    type = try top.need("type", \.string)
    let identity = CassetteObject(json: try top.need("identity", { $0 }), pointer: "/identity", file: file)
    try identity.allow(["name", "tags"])
    name = try identity.need("name", \.string)
    tags = try identity.need("tags", \.object).compactMapValues(\.string)
    now = try top.need("now", \.int)
    desired = json["desired"] ?? [:]
    config = json["config"] ?? [:]
    inputs = json["inputs"]?.object ?? [:]
    states = [:]
    for (state, list) in json["states"]?.object ?? [:] {
      guard let list = list.array else { throw top.error("/states/\(state)", "must be an array of exchanges") }
      var exchanges: [Exchange] = []
      for (index, exchange) in list.enumerated() {
        exchanges.append(try Exchange(CassetteObject(json: exchange, pointer: "/states/\(state)/\(index)", file: file)))
      }
      states[state] = exchanges
    }
    for (state, exchanges) in states {
      for exchange in exchanges {
        guard let next = exchange.next, states[next] == nil else { continue }
        throw top.error("/states/\(state)", "leads with \(exchange.call) to the state \"\(next)\", which is not there")
      }
    }
  }

  /// Reads all cassettes of a folder, in the order of their names.
  static func all(in folder: String) throws(CassetteError) -> [Cassette] {
    var cassettes: [Cassette] = []
    for name in (File.names(in: folder) ?? []).sorted() where name.hasSuffix(".json") {
      let file = "\(folder)/\(name)"
      guard let bytes = File.read(file, limit: 4 << 20) else {
        throw CassetteError(file: file, pointer: "", problem: "cannot be read, or has more than 4 MiB")
      }
      let json: JSON
      do throws(JSONSyntaxError) { json = try JSON.parse(bytes) } catch {
        throw CassetteError(file: "\(file):\(error.line):\(error.column)", pointer: "", problem: "is not JSON: \(error.message)")
      }
      let cassette = try Cassette(json: json, file: file)
      if let other = cassettes.first(where: { $0.type == cassette.type }) {
        throw CassetteError(file: file, pointer: "/type", problem: "is \(cassette.type), for which there is \(other.file) already")
      }
      cassettes.append(cassette)
    }
    return cassettes
  }

  /// The cassette as its file has it.
  var json: JSON {
    [
      "cassette_version": 1, "type": .string(type),
      "identity": ["name": .string(name), "tags": .object(tags.mapValues { .string($0) })], "now": .int(now),
      "desired": desired, "config": config, "inputs": .object(inputs),
      "states": .object(states.mapValues { .array($0.map(\.json)) }),
    ]
  }
}

extension Cassette.Exchange {
  fileprivate init(_ object: CassetteObject) throws(CassetteError) {
    try object.allow(["call", "request", "answers", "then"])
    let words = try object.need("call", \.string).split(separator: " ").map(String.init)
    guard words.count == 2 else { throw object.error(object.pointer + "/call", "must be an endpoint, a space and a call") }
    (endpoint, call) = (words[0], words[1])
    request = object.json["request"] ?? [:]
    next = object.json["then"]?.string
    answers = []
    for (index, answer) in try object.need("answers", \.array).enumerated() {
      let inner = CassetteObject(json: answer, pointer: "\(object.pointer)/answers/\(index)", file: object.file)
      try inner.allow(["status", "headers", "body"])
      answers.append(
        Cassette.Answer(
          status: Int(try inner.need("status", \.int)), headers: (answer["headers"]?.object ?? [:]).compactMapValues(\.string),
          body: answer["body"] ?? .null))
    }
    guard !answers.isEmpty else { throw object.error(object.pointer + "/answers", "must have an answer") }
  }

  /// The exchange as the file has it.
  fileprivate var json: JSON {
    var members: [String: JSON] = [
      "call": .string("\(endpoint) \(call)"),
      "answers": .array(
        answers.map { answer in
          var members: [String: JSON] = ["status": .int(Int64(answer.status)), "body": answer.body]
          if !answer.headers.isEmpty { members["headers"] = .object(answer.headers.mapValues { .string($0) }) }
          return .object(members)
        }),
    ]
    if request != [:] { members["request"] = request }
    if let next { members["then"] = .string(next) }
    return .object(members)
  }
}

/// An object of the file and where it stands.
private struct CassetteObject {
  let json: JSON
  let pointer: String
  let file: String

  func error(_ pointer: String, _ problem: String) -> CassetteError {
    CassetteError(file: file, pointer: pointer, problem: problem)
  }

  func allow(_ keys: Set<String>) throws(CassetteError) {
    guard let members = json.object else { throw error(pointer, "is \(json.kind), and must be an object") }
    if let unknown = members.keys.filter({ !keys.contains($0) && !$0.hasPrefix("x-") }).min() {
      throw error("\(pointer)/\(unknown)", "is not a key of a cassette; it may have \(keys.sorted().joined(separator: ", "))")
    }
  }

  func need<Value>(_ key: String, _ read: (JSON) -> Value?) throws(CassetteError) -> Value {
    guard let member = json[key] else { throw error(pointer, "lacks \"\(key)\"") }
    guard let value = read(member) else { throw error("\(pointer)/\(key)", "is \(member.kind), which is not what belongs there") }
    return value
  }
}
