internal import JSON

extension TemplateCheck {
  /// Parameters, mappings and conditions that nothing uses: no error, but often the trace of one.
  mutating func checkUse() {
    guard !names.hasForeignTransform else { return }
    var use = NameUse()
    for (section, value) in document.value.object ?? [:] where section != "Metadata" && section != "Parameters" { use.collect(value) }
    // Names may be put together by a loop or come from an include.
    guard !use.isOpen else { return }
    for name in names.parameters.keys.sorted() where !use.names.contains(name) {
      warning(JSONPointer(["Parameters", name]), "parameter '\(name)' is not used")
    }
    for name in names.mappings.keys.sorted() where !use.mappings.contains(name) {
      warning(JSONPointer(["Mappings", name]), "mapping '\(name)' is not used")
    }
    for name in names.conditions.sorted() where !use.conditions.contains(name) {
      warning(JSONPointer(["Conditions", name]), "condition '\(name)' is not used")
    }
  }
}

/// The names that a template uses.
private struct NameUse {
  var names: Set<String> = []
  var mappings: Set<String> = []
  var conditions: Set<String> = []
  /// Whether some are only known later.
  var isOpen = false

  mutating func collect(_ value: JSON) {
    switch value {
    case .array(let elements): for element in elements { collect(element) }
    case .object(let members):
      for (key, member) in members {
        if key.hasPrefix("Fn::ForEach::") || key == "Fn::Transform" { isOpen = true }
        use(key, member)
        collect(member)
      }
    default: break
    }
  }

  private mutating func use(_ key: String, _ argument: JSON) {
    switch key {
    case "Ref": if let name = argument.string { names.insert(name) } else { isOpen = true }
    case "Condition": if let name = argument.string { conditions.insert(name) }
    case "Fn::If": if let name = argument[0]?.string { conditions.insert(name) }
    case "Fn::FindInMap": if let name = argument[0]?.string { mappings.insert(name) } else { isOpen = true }
    case "Fn::ValueOf": if let name = argument[0]?.string { names.insert(name) }
    // They ask for all parameters of a type.
    case "Fn::RefAll", "Fn::ValueOfAll": isOpen = true
    case "Fn::Sub":
      for case .variable(let name) in SubstitutionPart.parse(argument[0]?.string ?? argument.string ?? "") { names.insert(name) }
    default: break
    }
  }
}
