internal import JSON

extension TemplateCheck {
  /// A value with functions anywhere in it.
  mutating func checkValue(_ value: JSON, _ place: JSONPointer, _ context: FunctionContext) {
    if let (name, argument) = value.function {
      return checkFunction(name, argument, place.appending(name), context)
    }
    switch value {
    case .array(let elements):
      for (index, element) in elements.enumerated() { checkValue(element, place.appending(String(index)), context) }
    case .object(let members):
      for (key, member) in members { checkMember(key, member, place.appending(key), context) }
    case .string(let text):
      if context == .property { checkForgottenSub(text, place) }
      checkDynamicReferences(text, place)
    default: break
    }
  }

  /// A member of a mapping, which may be a loop or a macro.
  mutating func checkMember(_ key: String, _ value: JSON, _ place: JSONPointer, _ context: FunctionContext) {
    if key.hasPrefix("Fn::ForEach::") {
      checkLoop(value, place, context)
    } else if key == "Fn::Transform" || key == "Fn::If" {
      checkFunction(key, value, place, context)
    } else {
      checkValue(value, place, context)
    }
  }

  /// `Fn::ForEach::Name: [identifier, collection, {key: value}]` ("Fn::ForEach").
  mutating func checkLoop(_ value: JSON, _ place: JSONPointer, _ context: FunctionContext) {
    if !names.hasLanguageExtensions { return error(place, "Fn::ForEach needs `Transform: AWS::LanguageExtensions`") }
    guard let parts = value.array, parts.count == 3 else {
      return error(place, "Fn::ForEach takes [identifier, collection, body], and this is \(value.array.map { "a list of \($0.count)" } ?? value.kind)")
    }
    if parts[0].string == nil { error(place.appending("0"), "the identifier of Fn::ForEach must be a text, and is \(parts[0].kind)") }
    if parts[1].array == nil, parts[1].function == nil { error(place.appending("1"), "the collection of Fn::ForEach must be a list, and is \(parts[1].kind)") }
    if let name = parts[0].string, names.parameters[name] != nil || names.resources[name] != nil {
      error(place.appending("0"), "the identifier '\(name)' is the name of a parameter or resource already")
    }
    _ = object(parts[2], at: place.appending("2"), what: "the body of Fn::ForEach")
    // What is inside uses the loop's variable in names and places that only exist once it is unrolled.
  }

  /// A text that was surely meant for `Fn::Sub`: the service takes it, and gives the resource the text as it stands.
  private mutating func checkForgottenSub(_ text: String, _ place: JSONPointer) {
    guard text.utf8.count < 256, text.contains("${"), !text.contains("\n"), !names.areOpen else { return }
    // These have variables of their own with the same form.
    let own: Set<String> = ["UserData", "ZipFile", "Condition", "RequestMappingTemplate", "ResponseMappingTemplate", "DefinitionString", "BuildSpec", "Fn::Base64"]
    guard !place.tokens.contains(where: own.contains), !place.tokens.contains("DefinitionSubstitutions") else { return }
    for case .variable(let name) in SubstitutionPart.parse(text) where !name.contains(".") {
      if names.parameters[name] != nil || names.resources[name] != nil || TemplateNames.pseudo.contains(name) {
        // Policies of IAM and IoT know variables that look alike, but none of these names.
        return error(place, "'${\(name)}' stands outside of Fn::Sub, so it is not replaced: write `!Sub`")
      }
    }
  }

  /// What the value gives.
  func shape(of value: JSON) -> ValueShape {
    guard let (name, argument) = value.function else {
      switch value {
      case .array: return .list
      case .string, .int, .double, .bool: return .text
      case .object, .null: return .unknown
      }
    }
    switch name {
    case "Ref":
      guard let id = argument.string else { return .unknown }
      if let type = names.parameters[id] { return ParameterType.isList(type) ? .list : .text }
      if id == "AWS::NotificationARNs" { return .list }
      if id == "AWS::NoValue" || names.resources[id] == nil { return TemplateNames.pseudo.contains(id) && id != "AWS::NoValue" ? .text : .unknown }
      return names.areOpen ? .unknown : .text
    case "Fn::Sub", "Fn::Join", "Fn::Base64", "Fn::ToJsonString": return .text
    case "Fn::Split", "Fn::GetAZs", "Fn::Cidr", "Fn::RefAll", "Fn::ValueOfAll": return .list
    default: return .unknown
    }
  }
}
