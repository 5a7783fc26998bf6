internal import Contract
internal import JSON

extension TemplateCheck {
  private static let attributes: Set<String> = [
    "AllowedPattern", "AllowedValues", "ConstraintDescription", "Default", "Description", "MaxLength", "MaxValue", "MinLength", "MinValue",
    "NoEcho", "Type",
  ]

  /// "Parameters" of the template reference.
  mutating func checkParameters(_ value: JSON, _ pointer: JSONPointer) {
    guard let parameters = object(value, at: pointer) else { return }
    checkNames(parameters, pointer, what: "parameter", most: 200)
    for (name, parameter) in parameters.sorted(by: { $0.key < $1.key }) {
      let place = pointer.appending(name)
      guard let members = object(parameter, at: place, what: "parameter '\(name)'") else { continue }
      for key in members.keys.sorted() where !Self.attributes.contains(key) {
        error(place.appending(key), "'\(key)' is not an attribute of a parameter\(names.hint(key, Self.attributes))")
      }
      checkParameter(members, place)
    }
  }

  private mutating func checkParameter(_ members: [String: JSON], _ place: JSONPointer) {
    guard let type = members["Type"] else { return error(place, "'Type' is missing, such as `Type: String`") }
    guard let type = type.string else { return error(place.appending("Type"), "the type must be a text, and is \(type.kind)") }
    guard ParameterType.isKnown(type) else {
      return error(place.appending("Type"), "'\(type)' is not a type of a parameter\(names.hint(type, ParameterType.known))")
    }
    for key in ["Description", "AllowedPattern", "ConstraintDescription"] {
      if let value = members[key], !value.isNull, value.scalarText == nil {
        error(place.appending(key), "'\(key)' must be a text, and is \(value.kind)")
      }
    }
    if let pattern = members["AllowedPattern"]?.string, TextPattern(pattern) == nil {
      warning(place.appending("AllowedPattern"), "the pattern is not one that cld can read, so it checks no value against it")
    }
    if let text = members["Description"]?.string, text.count > 4000 {
      error(place.appending("Description"), "the description has \(text.count) characters, and may have 4000")
    }
    for key in ["MinLength", "MaxLength", "MinValue", "MaxValue"] {
      if let value = members[key], !value.isNull, value.scalarText.flatMap(Double.init) == nil {
        error(place.appending(key), "'\(key)' must be a number, and is \(value.kind)")
      }
    }
    if let echo = members["NoEcho"], !echo.isNull, !["true", "false"].contains(echo.scalarText?.lowercased()) {
      error(place.appending("NoEcho"), "'NoEcho' must be true or false")
    }
    if let values = members["AllowedValues"], !values.isNull {
      guard let list = values.array else {
        return error(place.appending("AllowedValues"), "'AllowedValues' must be a list, and is \(values.kind)")
      }
      for (index, value) in list.enumerated() where value.scalarText == nil && !value.isNull {
        error(place.appending("AllowedValues").appending(String(index)), "an allowed value must be a text or a number, and is \(value.kind)")
      }
      for (index, value) in list.enumerated() where (value.scalarText?.utf8.count ?? 0) > 4096 {
        error(place.appending("AllowedValues").appending(String(index)), "a value may have 4096 bytes")
      }
    }
    checkDefault(members, type, place)
  }

  private mutating func checkDefault(_ members: [String: JSON], _ type: String, _ place: JSONPointer) {
    let place = place.appending("Default")
    guard let value = members["Default"], !value.isNull else { return }
    guard let text = value.scalarText else {
      return error(place, "the default must be a text or a number, and is \(value.kind); lists are written with commas")
    }
    if text.utf8.count > 4096 { return error(place, "the default has \(text.utf8.count) bytes, and may have 4096") }
    if let problem = ParameterType.problem(of: text, type: type, constraints: members) { error(place, "the default \(problem)") }
  }
}
