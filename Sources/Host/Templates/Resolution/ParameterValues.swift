internal import Contract
public import JSON

/// The values of a template's parameters: what was given, else the defaults.
public struct ParameterValues: Hashable, Sendable {
  /// By name: a text, a number's text, or a list of texts.
  public private(set) var values: [String: JSON] = [:]
  /// The parameters whose values nobody may see (`NoEcho`).
  public private(set) var hidden: Set<String> = []

  /// Takes what was given for the parameters of a template.
  /// - Throws: the first problem in the order of names: a parameter that has no value, a value that its constraints refuse, a name that
  ///   the template does not have.
  public init(_ document: SourceDocument, given: [String: String]) throws(SourceError) {
    let section = JSONPointer(["Parameters"])
    let parameters = document.value["Parameters"]?.object ?? [:]
    for name in given.keys.sorted() where parameters[name] == nil {
      let hint = EditDistance.nearest(name, parameters.keys).map { "; did you mean '\($0)'?" } ?? ""
      throw document.error(at: section, "there is no parameter '\(name)'\(hint)")
    }
    for (name, parameter) in parameters.sorted(by: { $0.key < $1.key }) {
      let place = section.appending(name)
      let type = parameter["Type"]?.string ?? "String"
      guard let text = given[name] ?? parameter["Default"]?.scalarText else {
        throw document.error(at: place, "parameter '\(name)' has no value: give `-p \(name)=...`, or a Default in the template")
      }
      if let problem = ParameterType.problem(of: text, type: type, constraints: parameter.object ?? [:]) {
        throw document.error(at: place, "the value of '\(name)' \(problem)")
      }
      // A list without an element is the empty text.
      let elements = text.isEmpty ? [] : text.split(separator: ",", omittingEmptySubsequences: false).map { JSON.string($0.trimmed) }
      values[name] = ParameterType.isList(type) ? .array(elements) : .string(text)
      if parameter["NoEcho"]?.scalarText?.lowercased() == "true" { hidden.insert(name) }
    }
  }
}
