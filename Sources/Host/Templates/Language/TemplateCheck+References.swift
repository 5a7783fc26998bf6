internal import JSON

extension TemplateCheck {
  mutating func checkRef(_ argument: JSON, _ place: JSONPointer, _ context: FunctionContext) {
    guard let name = argument.string else {
      if argument.function == nil || !names.hasLanguageExtensions { error(place, "Ref takes a name, and this is \(argument.kind)") }
      return
    }
    checkTarget(name, place, context)
  }

  /// A name that must be one of a parameter, a pseudo parameter or a resource.
  private mutating func checkTarget(_ name: String, _ place: JSONPointer, _ context: FunctionContext) {
    if TemplateNames.pseudo.contains(name) || names.parameters[name] != nil { return }
    if names.resources[name] != nil {
      if !context.seesResources { error(place, "'\(name)' is a resource, and conditions are decided before any resource exists") }
      return
    }
    if names.mayBeResource(name) { return }
    let known = Array(names.parameters.keys) + (context.seesResources ? Array(names.resources.keys) : []) + TemplateNames.pseudo
    error(place, "there is no parameter or resource '\(name)'\(names.hint(name, known))")
  }

  mutating func checkGetAtt(_ argument: JSON, _ place: JSONPointer) {
    let id: String
    switch argument {
    case .string(let text):
      let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[1].isEmpty else { return error(place, "Fn::GetAtt takes `resource.attribute`, and this is '\(text)'") }
      id = String(parts[0])
    case .array(let parts):
      guard parts.count >= 2 else { return error(place, "Fn::GetAtt takes [resource, attribute], and this list has \(parts.count)") }
      for (index, part) in parts.enumerated().dropFirst() where part.scalarText == nil {
        guard part.function != nil else {
          error(place.appending(String(index)), "the attribute must be a text, and is \(part.kind)")
          continue
        }
        checkValue(part, place.appending(String(index)), .condition)
      }
      guard let name = parts[0].string else {
        if parts[0].function == nil || !names.hasLanguageExtensions { error(place.appending("0"), "Fn::GetAtt takes a logical id first, and this is \(parts[0].kind)") }
        return
      }
      id = name
    default: return error(place, "Fn::GetAtt takes [resource, attribute], and this is \(argument.kind)")
    }
    if !names.mayBeResource(id) {
      error(place, "there is no resource '\(id)'\(names.hint(id, names.resources.keys))")
    }
  }

  mutating func checkSub(_ argument: JSON, _ place: JSONPointer, _ context: FunctionContext) {
    var variables: [String: JSON] = [:]
    var textPlace = place
    let text: String
    switch argument {
    case .array(let parts):
      guard parts.count == 2 else { return error(place, "Fn::Sub takes a text or [text, variables], and this list has \(parts.count)") }
      guard let first = parts[0].string else { return error(place.appending("0"), "Fn::Sub takes a text first, and this is \(parts[0].kind)") }
      guard let second = parts[1].object else {
        return error(place.appending("1"), "the variables of Fn::Sub must be a mapping, and are \(parts[1].kind)")
      }
      text = first
      variables = second
      textPlace = place.appending("0")
      if variables["Fn::Transform"] != nil { return }
      for (name, value) in variables {
        let place = place.appending("1").appending(name)
        if shape(of: value) == .list { error(place, "a variable of Fn::Sub must be a text, and this is a list") }
        checkValue(value, place, context)
      }
    case let scalar:
      guard let written = scalar.scalarText else {
        if scalar.function?.name == "Fn::Transform" { return }
        return error(place, "Fn::Sub takes a text or [text, variables], and this is \(scalar.kind)")
      }
      text = written
    }
    checkDynamicReferences(text, textPlace)
    for case .variable(let name) in SubstitutionPart.parse(text) where variables[name] == nil {
      checkVariable(name, textPlace, context)
    }
    for name in variables.keys.sorted() where !text.contains("${\(name)}") { warning(place, "the variable '\(name)' of Fn::Sub is not used") }
  }

  private mutating func checkVariable(_ name: String, _ place: JSONPointer, _ context: FunctionContext) {
    if name.hasPrefix("AWS::") || !name.contains(".") {
      if let type = names.parameters[name], ParameterType.isList(type), !type.hasPrefix("AWS::SSM") {
        return error(place, "'\(name)' is a list, and Fn::Sub takes texts: use Fn::Join")
      }
      return checkTarget(name, place, context)
    }
    let id = String(name.prefix { $0 != "." })
    if !names.mayBeResource(id) {
      error(place, "there is no resource '\(id)' for '${\(name)}'\(names.hint(id, names.resources.keys))")
    } else if !context.seesResources {
      error(place, "'\(id)' is a resource, and conditions are decided before any resource exists")
    }
  }
}
