internal import JSON

extension TemplateResolver {
  /// The assertions of the section Rules that do not hold, in the order of the rules' names ("Rules" of the template reference).
  /// - Throws: a rule that cannot be decided.
  public mutating func failedAssertions() throws(SourceError) -> [SourceError] {
    var failures: [SourceError] = []
    try unrollConditions()
    for (name, rule) in (document.value["Rules"]?.object ?? [:]).sorted(by: { $0.key < $1.key }) {
      let place = JSONPointer(["Rules", name])
      if let condition = rule["RuleCondition"], try !isTrue(condition, place.appending("RuleCondition")) { continue }
      for (index, assertion) in (rule["Assertions"]?.array ?? []).enumerated() {
        let place = place.appending("Assertions").appending(String(index))
        guard let test = assertion["Assert"], try !isTrue(test, place.appending("Assert")) else { continue }
        let description = assertion["AssertDescription"]?.scalarText ?? "its assertion \(index + 1) does not hold for the given parameters"
        failures.append(document.error(at: place, "rule '\(name)': \(description)"))
      }
    }
    return failures
  }

  /// The functions that only rules have and that give values.
  mutating func ruleFunction(_ name: String, _ argument: JSON, _ place: JSONPointer) throws(SourceError) -> JSON {
    if name == "Fn::RefAll", let type = argument.string {
      let all = document.value["Parameters"]?.object ?? [:]
      return .array(
        all.filter { $0.value["Type"]?.string == type }.keys.sorted().flatMap { name -> [JSON] in
          guard let value = parameters.values[name] else { return [] }
          return value.array ?? [value]
        })
    }
    let asked = argument.array?.compactMap(\.scalarText).joined(separator: ".") ?? ""
    throw document.error(
      at: place, "\(name) asks for \(asked), an attribute of a thing in the cloud, which cld does not look up: pass the value as a parameter of its own")
  }
}
