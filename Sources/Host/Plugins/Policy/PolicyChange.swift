public import JSON

/// A change of one policy file that an operator asks for.
public enum PolicyChange: Hashable, Sendable {
  case enable(PluginSelector)
  case disable(PluginSelector)
  case pin(type: String, plugin: String)
  case unpin(type: String)

  /// The file's document after the change; what the change does not mean stays as it was.
  public func applied(to document: JSON) -> JSON {
    var document = document.object == nil ? ["policy_version": 1] : document
    switch self {
    case .enable(let selector):
      Self.remove(selector, from: "disable", of: &document)
      // Where nothing is enabled unless a rule says so, the rule is needed; elsewhere it would be one more to keep.
      if document["default"]?.string == PolicyFile.Default.disabled.rawValue { Self.add(selector, to: "enable", of: &document) }
    case .disable(let selector):
      Self.remove(selector, from: "enable", of: &document)
      Self.add(selector, to: "disable", of: &document)
    case .pin(let type, let plugin):
      var pins = document["pins"]?.object ?? [:]
      pins[type] = .string(plugin)
      document["pins"] = .object(pins)
    case .unpin(let type):
      var pins = document["pins"]?.object ?? [:]
      pins[type] = nil
      document["pins"] = .object(pins)
    }
    return document
  }

  private static func remove(_ selector: PluginSelector, from key: String, of document: inout JSON) {
    guard let rules = document[key]?.array else { return }
    document[key] = .array(rules.filter { $0 != selector.json })
  }

  private static func add(_ selector: PluginSelector, to key: String, of document: inout JSON) {
    let rules = document[key]?.array ?? []
    if !rules.contains(selector.json) { document[key] = .array(rules + [selector.json]) }
  }
}
