internal import Contract
public import JSON

/// The values of a template's parameters: what was given, else the defaults.
public struct ParameterValues: Hashable, Sendable {
  /// By name: a text, a number's text, or a list of texts. Conditions and rules see these.
  public private(set) var values: [String: JSON] = [:]
  /// The parameters whose values nobody may see (`NoEcho`).
  public private(set) var hidden: Set<String> = []
  /// What stands for hidden values wherever they would be seen: in properties, metadata and outputs.
  public private(set) var concealed: [String: JSON] = [:]
  /// What has to be looked up before the template is resolved, in the order of names.
  public private(set) var lookups: [ParameterLookup] = []

  /// Takes what was given for the parameters of a template.
  /// - Parameter areComplete: whether each parameter must have a value; else those without one are left out.
  /// - Throws: the first problem in the order of names: a parameter that has no value, a value that its constraints refuse, a name that
  ///   the template does not have.
  public init(_ document: SourceDocument, given: [String: String], areComplete: Bool = true) throws(SourceError) {
    if let problem = Self.problems(document, given: given, areComplete: areComplete).first { throw problem }
    for (name, parameter) in document.value["Parameters"]?.object ?? [:] {
      guard let text = given[name] ?? parameter["Default"]?.scalarText else { continue }
      let type = parameter["Type"]?.string ?? "String"
      values[name] = ParameterType.value(of: text, type: type)
      if parameter["NoEcho"]?.scalarText?.lowercased() == "true" { hidden.insert(name) }
      if let lookup = ParameterLookup(parameter: name, type: type, text: text) { lookups.append(lookup) }
    }
    lookups.sort { $0.parameter < $1.parameter }
  }

  /// Everything that is wrong with what was given for the parameters of a template, in the order of names.
  public static func problems(_ document: SourceDocument, given: [String: String], areComplete: Bool = true) -> [SourceError] {
    let section = JSONPointer(["Parameters"])
    let parameters = document.value["Parameters"]?.object ?? [:]
    var problems: [SourceError] = []
    for name in given.keys.sorted() where parameters[name] == nil {
      let hint = EditDistance.nearest(name, parameters.keys).map { "; did you mean '\($0)'?" } ?? ""
      problems.append(document.error(at: section, "there is no parameter '\(name)'\(hint)"))
    }
    for (name, parameter) in parameters.sorted(by: { $0.key < $1.key }) {
      let place = section.appending(name)
      guard let text = given[name] ?? parameter["Default"]?.scalarText else {
        if areComplete { problems.append(document.error(at: place, "parameter '\(name)' has no value: give `-p \(name)=...`, or a Default in the template")) }
        continue
      }
      let isHidden = parameter["NoEcho"]?.scalarText?.lowercased() == "true"
      let type = parameter["Type"]?.string ?? "String"
      if let problem = ParameterType.problem(of: text, type: type, constraints: parameter.object ?? [:], isHidden: isHidden) {
        problems.append(document.error(at: place, "the value of '\(name)' \(problem)"))
      }
    }
    return problems
  }

  /// Puts expressions in the place of hidden values, such as `{"$secret": handle}`.
  /// - Parameter expression: makes the expression for a parameter's text; of a list for each element, by its index from 0.
  public mutating func conceal(_ expression: (_ parameter: String, _ index: Int, _ text: String) throws -> JSON) rethrows {
    for name in hidden.sorted() {
      switch values[name] {
      case .array(let elements)?:
        concealed[name] = .array(try elements.enumerated().map { try expression(name, $0, $1.string ?? "") })
      case let value?: concealed[name] = try expression(name, 0, value.string ?? "")
      case nil: break
      }
    }
  }

  /// Takes what a look-up found: the value from then on, for `storedValue` in the place of the name.
  /// - Parameters:
  ///   - text: what was found; of a list the elements with commas between.
  ///   - document: the template, for the parameter's constraints and its place.
  /// - Throws: what was found is not of the parameter's type.
  public mutating func accept(_ text: String, for lookup: ParameterLookup, in document: SourceDocument) throws(SourceError) {
    let name = lookup.parameter
    if case .storedValue = lookup.target {
      // The constraints are about the name in the store ("SSM parameter types"), the type is about what stands there.
      let inner = String(lookup.type.dropFirst("AWS::SSM::Parameter::Value<".count).dropLast())
      if let problem = ParameterType.problem(of: text, type: inner, constraints: [:]) {
        throw document.error(at: JSONPointer(["Parameters", name]), "what Parameter Store keeps for '\(name)' \(problem)")
      }
    }
    values[name] = ParameterType.value(of: text, type: lookup.type)
    lookups.removeAll { $0 == lookup }
  }
}
