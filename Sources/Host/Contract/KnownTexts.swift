public import JSON

/// The texts that an id may be made of: a driver that names a thing must have its id from somewhere (plugin-contract.md, "Ownership").
public struct KnownTexts: Sendable {
  private var texts: Set<String>

  /// The thing's name, and the parts of the id that is recorded already.
  public init(name: String, recorded: String?) {
    texts = [name]
    for part in (recorded ?? "").split(separator: "|") { texts.insert(String(part)) }
  }

  /// Adds the texts of a value, whole and split at what separates the parts of an ARN or a path.
  public mutating func insert(_ json: JSON) {
    switch json {
    case .string(let text):
      texts.insert(text)
      for part in text.split(whereSeparator: { $0 == "/" || $0 == ":" }) { texts.insert(String(part)) }
    case .int: texts.insert(json.text)
    case .array(let elements): for element in elements { insert(element) }
    case .object(let members): for member in members.values { insert(member) }
    default: break
    }
  }

  /// Whether each `|`-separated part of the id is one of the texts.
  public func cover(_ id: String) -> Bool {
    id.split(separator: "|", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty && texts.contains(String($0)) }
  }
}
