internal import Contract
internal import JSON

/// A recorded cloud for one type: what it answers to which request in which state, and what is wanted of the driver.
/// The file's format is `schemas/cassette.schema.json`.
struct Cassette: Sendable {
  /// The type that it is for.
  var type: String
  /// The file, for messages.
  var file: String
  /// The name that the host would give the thing.
  var name: String
  /// The ownership tags.
  var tags: [String: String]
  /// Seconds since 1970, for the whole cassette.
  var now: Int64
  /// The properties that are wanted.
  var desired: JSON
  /// {region, account, partition}.
  var config: JSON
  /// The inputs of ops that take one, by op.
  var inputs: [String: JSON]
  /// The exchanges of each state of the cloud. The first state is `start`.
  var states: [String: [Exchange]]

  /// The state in which nothing was made yet.
  static let start = "start"

  /// One request and its answers.
  struct Exchange: Hashable, Sendable {
    var endpoint: String
    var call: String
    /// The request's body, path, query and headers as the driver wrote them, expressions unevaluated.
    var request: JSON
    /// In the order in which the cloud gave them; the last is given again and again.
    var answers: [Answer]
    /// The state in which the cloud is afterwards; nil for the same.
    var next: String?
  }

  /// What the cloud answered: the part that the driver selected, with secrets as `{"$secret": mark}`.
  struct Answer: Hashable, Sendable {
    var status: Int
    var headers: [String: String] = [:]
    var body: JSON
  }
}

extension EffectRequest {
  /// What tells one request from another: all but the digest, and the selection, which only trims the answer.
  var canonical: JSON {
    guard case .object(var members) = json else { return .null }
    for key in ["digest", "select", "endpoint", "call"] { members[key] = nil }
    return .object(members.filter { $0.value != [:] })
  }
}
