internal import Contract
public import JSON

/// Everything of a template that is known before anything exists: parameters, mappings, conditions, loops, pseudo parameters. What
/// needs a resource stays: `Ref` and `Fn::GetAtt` to resources, `Fn::ImportValue`, `Fn::GetAZs`, and the functions around them.
public struct TemplateResolver {
  let document: SourceDocument
  private let parameters: [String: JSON]
  private let pseudo: [String: JSON]
  private let mappings: [String: JSON]
  private let conditionSources: [String: JSON]
  /// The decided conditions.
  public private(set) var conditions: [String: Bool] = [:]
  private var deciding: [String] = []
  /// The resources that exist under these conditions; empty while conditions are decided.
  private var resources: Set<String> = []
  private var absent: Set<String> = []

  /// - Parameters:
  ///   - document: a template that `TemplateCheck` accepts.
  ///   - parameters: the values of its parameters.
  ///   - pseudo: `AWS::Region` and the like; `AWS::NotificationARNs` is a list.
  public init(_ document: SourceDocument, parameters: ParameterValues, pseudo: [String: JSON]) {
    self.document = document
    self.parameters = parameters.values
    self.pseudo = pseudo
    mappings = document.value["Mappings"]?.object ?? [:]
    conditionSources = document.value["Conditions"]?.object ?? [:]
  }

  /// The template with its loops unrolled, its conditions decided, and everything known put in.
  /// - Throws: the first problem, with its place.
  public mutating func resolved() throws(SourceError) -> ResolvedTemplate {
    try decideConditions()
    let sections = try unrolledSections()
    var out = ResolvedTemplate()
    for (id, resource) in sections.resources {
      if try isWanted(resource, JSONPointer(["Resources", id, "Condition"])) { resources.insert(id) } else { absent.insert(id) }
    }
    for (id, resource) in sections.resources where resources.contains(id) { out.resources[id] = try resolve(resource, JSONPointer(["Resources", id])) }
    out.sources = sections.resources.filter { resources.contains($0.key) }
    for (name, output) in sections.outputs where try isWanted(output, JSONPointer(["Outputs", name, "Condition"])) {
      out.outputs[name] = try resolve(output, JSONPointer(["Outputs", name]))
    }
    out.conditions = conditions
    return out
  }

  private mutating func resolve(_ member: JSON, _ place: JSONPointer) throws(SourceError) -> JSON {
    var members = member.object ?? [:]
    members["Condition"] = nil
    // Their ids are names, not values; those that are not there need not be waited for.
    let dependsOn = members.removeValue(forKey: "DependsOn")
    var out = try value(.object(members), place) ?? [:]
    if let dependsOn {
      out["DependsOn"] = .array((dependsOn.array ?? [dependsOn]).filter { $0.string.map { !absent.contains($0) } ?? true })
    }
    return out
  }

  private mutating func isWanted(_ member: JSON, _ place: JSONPointer) throws(SourceError) -> Bool {
    guard let name = member["Condition"]?.string else { return true }
    return try condition(named: name, place)
  }

  private mutating func unrolledSections() throws(SourceError) -> (resources: [String: JSON], outputs: [String: JSON]) {
    let copy = self
    var loops = LoopExpansion(document) { (collection, place) throws(SourceError) in
      var resolver = copy
      guard let items = try resolver.value(collection, place)?.array?.map(\.scalarText), !items.contains(nil) else {
        throw copy.document.error(at: place, "the collection of Fn::ForEach must be a list of texts that is known before anything exists")
      }
      return items.compactMap { $0 }
    }
    func section(_ name: String) throws(SourceError) -> [String: JSON] {
      try loops.unrolled(document.value[name] ?? [:], at: JSONPointer([name])).object ?? [:]
    }
    return (try section("Resources"), try section("Outputs"))
  }

  // MARK: Conditions

  private mutating func decideConditions() throws(SourceError) {
    for name in conditionSources.keys.sorted() where !name.hasPrefix("Fn::") {
      _ = try condition(named: name, JSONPointer(["Conditions", name]))
    }
  }

  private mutating func condition(named name: String, _ place: JSONPointer) throws(SourceError) -> Bool {
    if let known = conditions[name] { return known }
    guard let source = conditionSources[name] else { throw document.error(at: place, "there is no condition '\(name)'") }
    guard !deciding.contains(name) else {
      throw document.error(at: place, "circular dependency: " + (deciding + [name]).joined(separator: " → "))
    }
    deciding.append(name)
    let decided = try isTrue(source, JSONPointer(["Conditions", name]))
    deciding.removeLast()
    conditions[name] = decided
    return decided
  }

  private mutating func isTrue(_ source: JSON, _ place: JSONPointer) throws(SourceError) -> Bool {
    guard let (name, argument) = source.singleMember else { throw document.error(at: place, "is not a condition") }
    let place = place.appending(name)
    switch (name, argument) {
    case ("Condition", .string(let id)): return try condition(named: id, place)
    case ("Fn::And", .array(let parts)):
      for (index, part) in parts.enumerated() where try !isTrue(part, place.appending(String(index))) { return false }
      return true
    case ("Fn::Or", .array(let parts)):
      for (index, part) in parts.enumerated() where try isTrue(part, place.appending(String(index))) { return true }
      return false
    case ("Fn::Not", .array(let parts)) where parts.count == 1: return try !isTrue(parts[0], place.appending("0"))
    case ("Fn::Equals", .array(let parts)) where parts.count == 2:
      let left = try value(parts[0], place.appending("0")), right = try value(parts[1], place.appending("1"))
      return left?.asText == right?.asText
    default: throw document.error(at: place, "is not a condition")
    }
  }

  // MARK: Values

  /// The value with everything known put in; nil for `AWS::NoValue`.
  mutating func value(_ source: JSON, _ place: JSONPointer) throws(SourceError) -> JSON? {
    if let (name, argument) = source.function { return try call(name, argument, place.appending(name)) }
    switch source {
    case .array(let elements):
      var out: [JSON] = []
      for (index, element) in elements.enumerated() {
        if let value = try value(element, place.appending(String(index))) { out.append(value) }
      }
      return .array(out)
    case .object(let members):
      var out: [String: JSON] = [:]
      for (key, member) in members { out[key] = try value(member, place.appending(key)) }
      return .object(out)
    case .null: return nil
    default: return source
    }
  }

  private mutating func call(_ name: String, _ argument: JSON, _ place: JSONPointer) throws(SourceError) -> JSON? {
    switch name {
    case "Ref": return try reference(argument.string ?? "", place)
    case "Fn::If":
      guard let parts = argument.array, parts.count == 3 else { throw document.error(at: place, "Fn::If takes a list of 3") }
      let id = parts[0].string ?? parts[0]["Condition"]?.string ?? ""
      let index = try condition(named: id, place.appending("0")) ? 1 : 2
      return try value(parts[index], place.appending(String(index)))
    case "Fn::FindInMap": return try mapped(argument, place)
    case "Fn::Sub": return try substituted(argument, place)
    case "Fn::GetAtt":
      let id = argument.array?.first?.string ?? argument.string.map { String($0.prefix { $0 != "." }) } ?? ""
      try requirePresent(id, place)
      return [name: argument]
    default:
      let argument = try value(argument, place) ?? .null
      do throws(FunctionFailure) { return try KnownFunction.result(name, argument) ?? [name: argument] } catch {
        throw document.error(at: place, error.sentence)
      }
    }
  }

  private func reference(_ name: String, _ place: JSONPointer) throws(SourceError) -> JSON? {
    if name == "AWS::NoValue" { return nil }
    if let value = parameters[name] ?? pseudo[name] { return value }
    try requirePresent(name, place)
    return ["Ref": .string(name)]
  }

  private func requirePresent(_ id: String, _ place: JSONPointer) throws(SourceError) {
    if absent.contains(id) {
      throw document.error(at: place, "resource '\(id)' is not made under these conditions: use Fn::If with the same condition")
    }
    if !resources.contains(id) {
      throw document.error(at: place, "there is no resource '\(id)'" + (EditDistance.nearest(id, resources).map { "; did you mean '\($0)'?" } ?? ""))
    }
  }

  private mutating func mapped(_ argument: JSON, _ place: JSONPointer) throws(SourceError) -> JSON? {
    let parts = argument.array ?? []
    var keys: [String] = []
    for (index, part) in parts.prefix(3).enumerated() {
      guard let key = try value(part, place.appending(String(index)))?.scalarText else {
        throw document.error(at: place.appending(String(index)), "a key of Fn::FindInMap must be known before anything exists")
      }
      keys.append(key)
    }
    guard keys.count == 3 else { throw document.error(at: place, "Fn::FindInMap takes a list of 3") }
    if let found = mappings[keys[0]]?[keys[1]]?[keys[2]] { return found }
    if parts.count == 4, let fallback = parts[3]["DefaultValue"] { return try value(fallback, place.appending("3")) }
    throw document.error(at: place, "there is nothing in the mappings at \(keys.joined(separator: ", "))")
  }

  private mutating func substituted(_ argument: JSON, _ place: JSONPointer) throws(SourceError) -> JSON? {
    let text = argument.array?.first?.string ?? argument.scalarText ?? ""
    let variables = argument[1]?.object ?? [:]
    var parts: [JSON] = []
    for part in SubstitutionPart.parse(text) {
      switch part {
      case .text(let text): parts.append(.string(text))
      case .variable(let name):
        let name = Substring(name).trimmed
        if let variable = variables[name] {
          parts.append(try value(variable, place.appending("1").appending(name)) ?? "")
        } else if name.contains("."), !name.hasPrefix("AWS::") {
          try requirePresent(String(name.prefix { $0 != "." }), place)
          parts.append(["Fn::GetAtt": .string(name)])
        } else {
          parts.append(try reference(name, place) ?? "")
        }
      }
    }
    let texts = parts.compactMap(\.scalarText)
    return texts.count == parts.count ? .string(texts.joined()) : ["Fn::Join": ["", .array(parts)]]
  }
}

extension JSON {
  /// For `Fn::Equals`: 1 and "1", true and "true" are the same.
  fileprivate var asText: JSON {
    if let scalarText { return .string(scalarText) }
    return array.map { .array($0.map(\.asText)) } ?? self
  }
}
