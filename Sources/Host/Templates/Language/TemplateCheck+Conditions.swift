internal import JSON

extension TemplateCheck {
  /// "Conditions" of the template reference.
  mutating func checkConditions(_ value: JSON, _ pointer: JSONPointer) {
    guard let conditions = object(value, at: pointer) else { return }
    if conditions.count > 500 { warning(pointer, "there are \(conditions.count) conditions, and CloudFormation takes 500") }
    for (name, condition) in conditions.sorted(by: { $0.key < $1.key }) {
      let place = pointer.appending(name)
      if name.hasPrefix("Fn::ForEach::") {
        checkLoop(condition, place, .condition)
      } else {
        checkCondition(condition, place, .condition)
      }
    }
  }

  /// "Rules" of the template reference.
  mutating func checkRules(_ value: JSON, _ pointer: JSONPointer) {
    guard let rules = object(value, at: pointer) else { return }
    for (name, rule) in rules.sorted(by: { $0.key < $1.key }) {
      let place = pointer.appending(name)
      guard let members = object(rule, at: place, what: "rule '\(name)'") else { continue }
      for key in members.keys.sorted() where !["RuleCondition", "Assertions"].contains(key) {
        error(place.appending(key), "'\(key)' is not a key of a rule; it has RuleCondition and Assertions")
      }
      if let condition = members["RuleCondition"] { checkCondition(condition, place.appending("RuleCondition"), .rule) }
      guard let assertions = members["Assertions"] else {
        error(place, "'Assertions' is missing")
        continue
      }
      for (index, assertion) in (assertions.array ?? []).enumerated() {
        let place = place.appending("Assertions").appending(String(index))
        guard let members = object(assertion, at: place, what: "an assertion") else { continue }
        if let test = members["Assert"] { checkCondition(test, place.appending("Assert"), .rule) } else { error(place, "'Assert' is missing") }
      }
    }
  }

  /// A place where only true or false can stand.
  mutating func checkCondition(_ value: JSON, _ place: JSONPointer, _ context: FunctionContext) {
    guard let (name, argument) = value.singleMember, FunctionRules.conditions.contains(name) || FunctionRules.ruleConditions.contains(name) else {
      if value.singleMember?.0 == "Fn::Transform" || value.isNull { return }
      return error(place, "a condition must be one of \(FunctionRules.conditions.sorted().joined(separator: ", ")), and is \(value.singleMember?.0 ?? value.kind)")
    }
    checkFunction(name, argument, place.appending(name), context)
  }
}
