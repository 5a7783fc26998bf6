internal import JSON

extension TemplateCheck {
  /// One call of a function; `place` is that of its argument.
  mutating func checkFunction(_ name: String, _ argument: JSON, _ place: JSONPointer, _ context: FunctionContext) {
    // A null has its own sentence.
    if argument.isNull { return }
    guard isAllowed(name, place, context) else { return }
    switch name {
    case "Ref": checkRef(argument, place, context)
    case "Condition": checkConditionName(argument, place)
    case "Fn::GetAtt": checkGetAtt(argument, place)
    case "Fn::Sub": checkSub(argument, place, context)
    case "Fn::Join": checkJoin(argument, place, context)
    case "Fn::Split": checkSplit(argument, place, context)
    case "Fn::Select": checkSelect(argument, place, context)
    case "Fn::Base64", "Fn::ImportValue": checkText(name, argument, place, context)
    case "Fn::GetAZs": checkText(name, argument, place, context)
    case "Fn::Cidr":
      guard let parts = list(argument, 2...3, name, place) else { return }
      for (index, part) in parts.enumerated() { checkValue(part, place.appending(String(index)), context) }
    case "Fn::FindInMap": checkFindInMap(argument, place, context)
    case "Fn::If": checkIf(argument, place, context)
    case "Fn::And", "Fn::Or":
      guard let parts = list(argument, 2...10, name, place) else { return }
      for (index, part) in parts.enumerated() { checkCondition(part, place.appending(String(index)), context) }
    case "Fn::Not":
      guard let parts = list(argument, 1...1, name, place) else { return }
      checkCondition(parts[0], place.appending("0"), context)
    case "Fn::Equals":
      guard let parts = list(argument, 2...2, name, place) else { return }
      for (index, part) in parts.enumerated() { checkValue(part, place.appending(String(index)), context) }
    case "Fn::Transform":
      // The service takes a macro without parameters by its name alone.
      for macro in argument.array ?? [argument] where macro.string == nil {
        guard let members = object(macro, at: place) else { return }
        if members["Name"] == nil { error(place, "'Name' is missing: the macro's name") }
      }
    default: checkValue(argument, place, context)
    }
  }

  private mutating func isAllowed(_ name: String, _ argument: JSONPointer, _ context: FunctionContext) -> Bool {
    // What is wrong is that the function stands there at all.
    let place = JSONPointer(argument.tokens.dropLast())
    let isExtension = FunctionRules.extensions.contains(name)
    if isExtension, !names.hasLanguageExtensions, !names.hasForeignTransform {
      error(place, "\(name) needs `Transform: AWS::LanguageExtensions`")
      return false
    }
    if name.hasPrefix("Fn::Rain::") {
      warning(place, "\(name) is no function of CloudFormation: `rain pkg` replaces it")
      return false
    }
    guard FunctionRules.all.contains(name) else {
      if !names.hasForeignTransform { error(place, "there is no function \(name)\(names.hint(name, FunctionRules.all))") }
      return false
    }
    let forbidden =
      switch context {
      case .condition, .rule: ["Fn::GetAtt", "Fn::ImportValue", "Fn::GetAZs", "Fn::Cidr"].contains(name)
      case .property, .output, .metadata: false
      }
    if forbidden, !names.hasLanguageExtensions {
      error(place, "\(name) cannot be used in a condition, which is decided before anything exists")
      return false
    }
    if FunctionRules.conditions.contains(name), context.seesResources, !names.hasForeignTransform {
      error(place, "\(name) can only be used in conditions and rules: give the condition a name, and use Fn::If")
      return false
    }
    if FunctionRules.rules.contains(name), context != .rule {
      error(place, "\(name) can only be used in the Rules section")
      return false
    }
    return true
  }

  /// The elements of an argument that must be a list of so many.
  private mutating func list(_ argument: JSON, _ counts: ClosedRange<Int>, _ name: String, _ place: JSONPointer) -> [JSON]? {
    let wanted = counts.lowerBound == counts.upperBound ? "\(counts.lowerBound)" : "\(counts.lowerBound) to \(counts.upperBound)"
    guard let parts = argument.array else {
      if argument.function?.name == "Fn::Transform" { return nil }
      error(place, "\(name) takes a list of \(wanted), and this is \(argument.kind)")
      return nil
    }
    guard counts.contains(parts.count) else {
      error(place, "\(name) takes a list of \(wanted), and this one has \(parts.count)")
      return nil
    }
    return parts
  }

  private mutating func checkJoin(_ argument: JSON, _ place: JSONPointer, _ context: FunctionContext) {
    guard let parts = list(argument, 2...2, "Fn::Join", place) else { return }
    if parts[0].scalarText == nil, !names.hasLanguageExtensions || parts[0].function == nil {
      error(place.appending("0"), "the delimiter of Fn::Join must be a text, and is \(parts[0].kind)")
    }
    checkList(parts[1], "Fn::Join", place.appending("1"), context)
  }

  private mutating func checkSplit(_ argument: JSON, _ place: JSONPointer, _ context: FunctionContext) {
    guard let parts = list(argument, 2...2, "Fn::Split", place) else { return }
    if parts[0].string == nil, !names.hasLanguageExtensions {
      error(place.appending("0"), "the delimiter of Fn::Split must be a text, and is \(parts[0].kind)")
    }
    if shape(of: parts[1]) == .list { error(place.appending("1"), "Fn::Split takes a text, and this is a list") }
    checkValue(parts[1], place.appending("1"), context)
  }

  private mutating func checkSelect(_ argument: JSON, _ place: JSONPointer, _ context: FunctionContext) {
    guard let parts = list(argument, 2...2, "Fn::Select", place) else { return }
    if parts[0].function == nil, parts[0].scalarText.flatMap({ Int($0) }) == nil {
      error(place.appending("0"), "the index of Fn::Select must be a whole number, and is \(parts[0].scalarText.map { "'\($0)'" } ?? parts[0].kind)")
    }
    checkValue(parts[0], place.appending("0"), context)
    checkList(parts[1], "Fn::Select", place.appending("1"), context)
  }

  /// A list written out, or a function that may give one.
  private mutating func checkList(_ value: JSON, _ name: String, _ place: JSONPointer, _ context: FunctionContext) {
    switch shape(of: value) {
    case .text: error(place, "\(name) takes a list, and this is a text")
    case .unknown where value.function == nil && !value.isNull: error(place, "\(name) takes a list, and this is \(value.kind)")
    case .list, .unknown: break
    }
    checkValue(value, place, context)
  }

  private mutating func checkText(_ name: String, _ argument: JSON, _ place: JSONPointer, _ context: FunctionContext) {
    if argument.function == nil, argument.scalarText == nil {
      error(place, "\(name) takes a text, and this is \(argument.kind)")
    } else if shape(of: argument) == .list {
      error(place, "\(name) takes a text, and this is a list")
    } else if name == "Fn::ImportValue", Self.mentionsResources(argument, names) {
      error(place, "Fn::ImportValue cannot depend on a resource: its name must be known before")
    } else {
      checkValue(argument, place, context)
    }
  }

  private static func mentionsResources(_ value: JSON, _ names: TemplateNames) -> Bool {
    value.references.contains { names.resources[$0] != nil }
  }

  private mutating func checkIf(_ argument: JSON, _ place: JSONPointer, _ context: FunctionContext) {
    guard let parts = list(argument, 3...3, "Fn::If", place) else { return }
    if parts[0].string == nil, parts[0].singleMember?.0 != "Condition" || !names.hasLanguageExtensions {
      error(place.appending("0"), "Fn::If takes the name of a condition first, and this is \(parts[0].kind)")
    } else if parts[0].string != nil {
      checkConditionName(parts[0], place.appending("0"))
    }
    for index in 1...2 { checkValue(parts[index], place.appending(String(index)), context) }
  }

  private mutating func checkFindInMap(_ argument: JSON, _ place: JSONPointer, _ context: FunctionContext) {
    let most = names.hasLanguageExtensions ? 4 : 3
    guard let parts = list(argument, 3...most, "Fn::FindInMap", place) else { return }
    for (index, part) in parts.prefix(3).enumerated() {
      let place = place.appending(String(index))
      if let function = part.function, !names.hasLanguageExtensions, !["Ref", "Fn::FindInMap"].contains(function.name) {
        error(place, "\(function.name) inside of Fn::FindInMap needs `Transform: AWS::LanguageExtensions`; without it only Ref and Fn::FindInMap can stand here")
      } else if part.function == nil, part.scalarText == nil {
        error(place, "Fn::FindInMap takes texts, and this is \(part.kind)")
      }
      // A reference to a resource cannot be a key: nothing exists yet.
      checkValue(part, place, .condition)
    }
    if parts.count == 4 { checkValue(parts[3], place.appending("3"), context) }
    if parts.count == 3 { checkMapKeys(parts, place) }
  }

  /// Keys that are written out must be in the mapping.
  private mutating func checkMapKeys(_ parts: [JSON], _ place: JSONPointer) {
    guard let name = parts[0].string, !names.areOpen else { return }
    guard let mapping = names.mappings[name]?.object else {
      if names.mappings[name] == nil { error(place.appending("0"), "there is no mapping '\(name)'\(names.hint(name, names.mappings.keys))") }
      return
    }
    if mapping.keys.contains(where: { $0.hasPrefix("Fn::") }) { return }
    if let first = parts[1].scalarText {
      guard let entry = mapping[first]?.object else {
        return error(place.appending("1"), "mapping '\(name)' has no key '\(first)'\(names.hint(first, mapping.keys))")
      }
      if let second = parts[2].scalarText, entry[second] == nil {
        error(place.appending("2"), "'\(first)' of mapping '\(name)' has no key '\(second)'\(names.hint(second, entry.keys))")
      }
    } else if let second = parts[2].scalarText, !mapping.isEmpty, mapping.values.allSatisfy({ $0[second] == nil }) {
      error(place.appending("2"), "no entry of mapping '\(name)' has a key '\(second)'")
    }
  }
}
