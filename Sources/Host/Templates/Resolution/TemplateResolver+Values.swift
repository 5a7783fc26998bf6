internal import Contract
internal import JSON

extension TemplateResolver {
  /// The value with everything known put in; nil for `AWS::NoValue`.
  mutating func value(_ source: JSON, _ place: JSONPointer) throws(SourceError) -> JSON? {
    if let (name, argument) = source.function { return try call(name, argument, place.appending(name)) }
    switch source {
    case .array(let elements):
      var out: [JSON] = []
      out.reserveCapacity(elements.count)
      for (index, element) in elements.enumerated() {
        if let value = try value(element, place.appending(String(index))) { out.append(value) }
      }
      return .array(out)
    case .object(let members):
      var out: [String: JSON] = [:]
      // Sorted, so that of two problems it is always the same one.
      for (key, member) in members.sorted(by: { $0.key < $1.key }) {
        let place = place.appending(key)
        if key == "Fn::Transform" { throw document.error(at: place, Self.refusal(ofTransform: member)) }
        out[key] = try value(member, place)
      }
      return .object(out)
    case .null: return nil
    default: return source
    }
  }

  /// The dynamic references as functions have put them together; what is still in a function is not whole yet.
  func checkDynamicReferences(_ value: JSON, _ place: JSONPointer) throws(SourceError) {
    switch value {
    case .string(let text) where text.contains("{{resolve:"):
      do throws(DynamicReferenceError) { _ = try DynamicReference.parts(of: text) } catch { throw document.error(at: place, error.description) }
    case .array(let elements):
      for (index, element) in elements.enumerated() { try checkDynamicReferences(element, place.appending(String(index))) }
    case .object(let members) where value.function == nil:
      for (key, member) in members.sorted(by: { $0.key < $1.key }) { try checkDynamicReferences(member, place.appending(key)) }
    default: break
    }
  }

  private mutating func call(_ name: String, _ argument: JSON, _ place: JSONPointer) throws(SourceError) -> JSON? {
    switch name {
    case "Ref": return try reference(text(argument, place, of: name), place)
    case "Fn::GetAtt": return try attribute(argument, place)
    case "Fn::If":
      guard let parts = argument.array, parts.count == 3 else { throw document.error(at: place, "Fn::If takes a list of 3") }
      let id = parts[0].string ?? parts[0]["Condition"]?.string ?? ""
      let index = try condition(named: id, place.appending("0")) ? 1 : 2
      return try value(parts[index], place.appending(String(index)))
    case "Fn::FindInMap": return try mapped(argument, place)
    case "Fn::Sub": return try substituted(argument, place)
    case "Fn::GetAZs": return try zones(argument, place)
    case "Fn::ImportValue": return try imported(argument, place)
    case "Fn::RefAll", "Fn::ValueOf", "Fn::ValueOfAll": return try ruleFunction(name, argument, place)
    case "Fn::Transform": throw document.error(at: place, Self.refusal(ofTransform: argument))
    default: return try result(name, try value(argument, place) ?? .null, place)
    }
  }

  private func result(_ name: String, _ argument: JSON, _ place: JSONPointer) throws(SourceError) -> JSON {
    do throws(FunctionFailure) { return try KnownFunction.result(name, argument) ?? [name: argument] } catch {
      throw document.error(at: place, error.sentence)
    }
  }

  /// An argument that must be a text by now.
  private mutating func text(_ argument: JSON, _ place: JSONPointer, of name: String) throws(SourceError) -> String {
    if let text = argument.string { return text }
    if let text = try value(argument, place)?.scalarText { return text }
    throw document.error(at: place, "the name in \(name) must be known before anything exists")
  }

  private func reference(_ name: String, _ place: JSONPointer) throws(SourceError) -> JSON? {
    if name == "AWS::NoValue" { return nil }
    if !seesHidden, let expression = parameters.concealed[name] { return expression }
    if let value = parameters.values[name] ?? context.pseudo[name] { return value }
    if document.value["Parameters"]?[name] != nil {
      throw document.error(at: place, "parameter '\(name)' has no value: give `-p \(name)=...`, or a Default in the template")
    }
    if TemplateNames.pseudo.contains(name) { throw document.error(at: place, "'\(name)' is not known here") }
    try requirePresent(name, place)
    return ["Ref": .string(name)]
  }

  /// Both forms become `[id, "Attribute.Nested"]`.
  private mutating func attribute(_ argument: JSON, _ place: JSONPointer) throws(SourceError) -> JSON {
    var parts: [String] = []
    if let text = argument.string {
      parts = text.split(separator: ".", maxSplits: 1).map(String.init)
    } else {
      for (index, part) in (argument.array ?? []).enumerated() {
        parts.append(try text(part, place.appending(String(index)), of: "Fn::GetAtt"))
      }
    }
    guard parts.count >= 2 else { throw document.error(at: place, "Fn::GetAtt takes [resource, attribute]") }
    try requirePresent(parts[0], place)
    return ["Fn::GetAtt": [.string(parts[0]), .string(parts.dropFirst().joined(separator: "."))]]
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
    if parts.count == 4, let fallback = parts[3]["DefaultValue"] { return try value(fallback, place.appending("3").appending("DefaultValue")) }
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
        if let variable = variables[name] {
          parts.append(try value(variable, place.appending("1").appending(name)) ?? "")
        } else if name.contains("."), !name.hasPrefix("AWS::") {
          parts.append(try attribute(.string(name), place))
        } else {
          parts.append(try reference(name, place) ?? "")
        }
      }
    }
    return try result("Fn::Join", ["", .array(parts)], place)
  }

  /// The region, which is this one when nothing is said, and its zones when they are known ("Fn::GetAZs").
  private mutating func zones(_ argument: JSON, _ place: JSONPointer) throws(SourceError) -> JSON {
    guard let name = try value(argument, place)?.scalarText else {
      throw document.error(at: place, "the region in Fn::GetAZs must be known before anything exists")
    }
    guard let region = name.isEmpty ? context.pseudo["AWS::Region"]?.string : name else { return ["Fn::GetAZs": ""] }
    guard let known = context.availabilityZones else { return ["Fn::GetAZs": .string(region)] }
    guard let zones = known[region] else { throw document.error(at: place, "there is no region '\(region)', or its availability zones are not known") }
    return .array(zones.map { .string($0) })
  }

  private mutating func imported(_ argument: JSON, _ place: JSONPointer) throws(SourceError) -> JSON {
    guard let name = try value(argument, place)?.scalarText else {
      throw document.error(at: place, "the name in Fn::ImportValue must be known before anything exists")
    }
    guard let known = context.exports else { return ["Fn::ImportValue": .string(name)] }
    guard let value = known[name] else {
      let hint = EditDistance.nearest(name, known.keys).map { "; did you mean '\($0)'?" } ?? ""
      throw document.error(at: place, "no stack exports '\(name)'\(hint)")
    }
    return value
  }
}
