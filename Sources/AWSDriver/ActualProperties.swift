public import JSON
public import PluginKit

/// The properties of a thing as the cloud shows them, for a refresh: of those that were asked for.
///
/// What the cloud writes in another way than the template, and means the same, is reported as the template has it (`set(_:_:ifNot:)`): a difference that is
/// none is worse than one that is missed. A property whose value only the host knows (a secret, a dynamic reference) is never reported, as its value would
/// then stand in the open.
public struct ActualProperties {
  private let asked: [String: JSON]
  private var reported: [String: JSON] = [:]

  init(asked: JSON) {
    self.asked = (asked.object ?? [:]).filter { !$0.value.isNull && !$0.value.holdsExpression }
  }

  /// What was asked for; nil when it was not, or is not compared.
  public func asked(_ property: String) -> JSON? { asked[property] }

  /// Whether any of these was asked for: only then a further call is worth it.
  public func asks(for properties: String...) -> Bool { properties.contains { asked[$0] != nil } }

  /// Reports properties; those that are nil are not known, null says that the thing has none.
  public mutating func set(_ properties: [String: JSON?]) {
    for (name, value) in properties { if let value, asked[name] != nil { reported[name] = value } }
  }

  /// Reports a property, as it was asked for when that means the same.
  public mutating func set(_ property: String, _ value: JSON?, ifNot isSame: (_ asked: JSON) -> Bool) {
    guard let wanted = asked[property], let value else { return }
    reported[property] = isSame(wanted) ? wanted : value
  }

  /// Reports the members of a property that is an object, of those that were asked for.
  public mutating func set(_ property: String, members: [String: JSON?]) {
    guard let wanted = asked[property]?.object else { return }
    reported[property] = .object(members.compactMapValues { $0 }.filter { wanted[$0.key] != nil })
  }

  var json: JSON { .object(reported) }
}

extension Step {
  /// The report of a refresh, which `fill` makes; nil for every other look, so that waiting costs nothing.
  public func actual(_ fill: (inout ActualProperties) throws -> Void) rethrows -> JSON? {
    guard isRefresh else { return nil }
    var properties = ActualProperties(asked: desired)
    try fill(&properties)
    return properties.json
  }

  /// Whether the host asks how the thing is, and waits for nothing.
  public var isRefresh: Bool { op == "read" && awaiting == "refresh" }

  /// The parts of an answer to keep: for a refresh also those that only its report needs.
  public func parts(_ parts: [String], forRefresh more: [String]) -> [String] { isRefresh ? parts + more : parts }

  /// What a call answers that only the report needs; nil where it is denied, or the API does not have it, as the rest is worth knowing too.
  public func ifAllowed<Answer>(_ ask: () throws -> Answer?) throws -> Answer? {
    do {
      return try ask()
    } catch let error as AWSError where [.denied, .unsupported, .notFound].contains(error.failure.code) {
      return nil
    }
  }

  /// A thing's tags as a template has them, a list of Key and Value, without those that cld or AWS itself has put there.
  public func userTags(_ found: [String: String]) -> JSON { TagCase.upper.list(foreignTags(found)) }

  /// The same as a map.
  public func userTagMap(_ found: [String: String]) -> JSON { .object(foreignTags(found).mapValues { .string($0) }) }

  // "Tag names beginning with aws: are reserved" (Tagging AWS Resources, "Tag naming limits and requirements").
  private func foreignTags(_ found: [String: String]) -> [String: String] {
    found.filter { tags[$0.key] == nil && !$0.key.hasPrefix("aws:") }
  }
}

extension JSON {
  /// Whether anything in it is only known when it is sent: a secret, or a dynamic reference.
  public var holdsExpression: Bool {
    switch self {
    case .string(let text): text.contains("{{resolve:")
    case .array(let elements): elements.contains(where: \.holdsExpression)
    case .object(let members): isExpression || members.values.contains(where: \.holdsExpression)
    default: false
    }
  }
}
