public import Contract
public import JSON

/// The rules of the types that plugins provide: which types there are, their properties and their attributes. It reads schemas, and runs
/// no driver.
public struct TypeCheck {
  /// Everything that was found, in the order of the file.
  public private(set) var problems: [TemplateProblem] = []

  private let document: SourceDocument
  private let names: TemplateNames
  private let schemas: [String: TypeSchema]

  /// Checks a template.
  /// - Parameter schemas: the types that plugins of this host provide.
  public init(_ document: SourceDocument, schemas: [String: TypeSchema]) {
    self.document = document
    self.schemas = schemas
    names = TemplateNames(document.value)
    // What a macro of somebody else's makes of it is not known.
    if !names.hasForeignTransform { check() }
    problems.sort { ($0.error.line, $0.error.column, $0.error.problem) < ($1.error.line, $1.error.column, $1.error.problem) }
  }

  private mutating func check() {
    for (id, resource) in document.value["Resources"]?.object ?? [:] where !id.hasPrefix("Fn::") {
      let place = JSONPointer(["Resources", id])
      guard let type = resource["Type"]?.string else { continue }
      guard let schema = schemas[type] else {
        if !type.hasSuffix("::MODULE") { unknown(type, place.appending("Type")) }
        continue
      }
      let properties = resource["Properties"] ?? [:]
      for problem in PropertyCheck(schema: schema.document).problems(in: properties) {
        error(JSONPointer(place.appending("Properties").tokens + problem.pointer.tokens), problem.problem)
      }
      for pointer in schema.readOnlyProperties {
        for found in properties.places(of: pointer.tokens.filter { $0 != "properties" }[...]) {
          error(JSONPointer(place.appending("Properties").tokens + found), "'\(found.joined(separator: "."))' is read-only: the cloud decides it")
        }
      }
      for pointer in (schema.document["deprecatedProperties"]?.array ?? []).compactMap(\.string).compactMap({ JSONPointer($0) }) {
        for found in properties.places(of: pointer.tokens.filter { $0 != "properties" }[...]) {
          let problem = document.error(at: JSONPointer(place.appending("Properties").tokens + found), "'\(found.joined(separator: "."))' is deprecated by its type")
          problems.append(TemplateProblem(severity: .warning, error: problem))
        }
      }
    }
    checkAttributes(document.value["Resources"] ?? .null, JSONPointer(["Resources"]))
    checkAttributes(document.value["Outputs"] ?? .null, JSONPointer(["Outputs"]))
  }

  private mutating func unknown(_ type: String, _ place: JSONPointer) {
    let hint = EditDistance.nearest(type, schemas.keys).map { "; did you mean '\($0)'?" } ?? ": `cld plugin types` lists what is there"
    error(place, "no plugin provides the type '\(type)'\(hint)")
  }

  private mutating func checkAttributes(_ value: JSON, _ place: JSONPointer) {
    if let (name, argument) = value.function {
      let place = place.appending(name)
      if name == "Fn::GetAtt" { return checkAttribute(argument, place) }
      if name == "Fn::Sub" { checkSub(argument, place) }
      return checkAttributes(argument, place)
    }
    switch value {
    case .array(let elements):
      for (index, element) in elements.enumerated() { checkAttributes(element, place.appending(String(index))) }
    case .object(let members):
      for (key, member) in members { checkAttributes(member, place.appending(key)) }
    default: break
    }
  }

  private mutating func checkSub(_ argument: JSON, _ place: JSONPointer) {
    let variables = argument[1]?.object ?? [:]
    for case .variable(let name) in SubstitutionPart.parse(argument.array?.first?.string ?? argument.string ?? "")
    where variables[name] == nil && name.contains(".") && !name.hasPrefix("AWS::") {
      let parts = name.split(separator: ".", maxSplits: 1).map { $0.trimmed }
      if parts.count == 2 { checkAttribute(of: parts[0], parts[1], place) }
    }
  }

  private mutating func checkAttribute(_ argument: JSON, _ place: JSONPointer) {
    switch argument {
    case .string(let text):
      let parts = text.split(separator: ".", maxSplits: 1).map(String.init)
      if parts.count == 2 { checkAttribute(of: parts[0], parts[1], place) }
    case .array(let parts):
      let texts = parts.compactMap(\.string)
      if texts.count == parts.count, texts.count >= 2 { checkAttribute(of: texts[0], texts.dropFirst().joined(separator: "."), place) }
    default: break
    }
  }

  private mutating func checkAttribute(of id: String, _ attribute: String, _ place: JSONPointer) {
    guard let type = names.resources[id], let schema = schemas[type] else { return }
    let known = schema.readOnlyProperties.map { $0.tokens.drop { $0 == "properties" }.joined(separator: ".") }
    let properties = schema.document["properties"]?.object ?? [:]
    // A property is an attribute too, and so is what lies below one.
    guard !known.contains(attribute), properties[String(attribute.prefix { $0 != "." })] == nil else { return }
    let hint = EditDistance.nearest(attribute, known).map { "; did you mean '\($0)'?" } ?? "; it has \(known.sorted().joined(separator: ", "))"
    error(place, "'\(id)' has no attribute '\(attribute)'\(known.isEmpty ? "" : hint)")
  }

  private mutating func error(_ pointer: JSONPointer, _ problem: String) {
    problems.append(TemplateProblem(severity: .error, error: document.error(at: pointer, problem)))
  }
}

extension JSON {
  /// The places that a pointer of a schema leads to, where `*` stands for every element.
  fileprivate func places(of tokens: ArraySlice<String>) -> [[String]] {
    guard let token = tokens.first else { return [[]] }
    let rest = tokens.dropFirst()
    if token == "*", let array { return array.enumerated().flatMap { index, element in element.places(of: rest).map { [String(index)] + $0 } } }
    return self[token]?.places(of: rest).map { [token] + $0 } ?? []
  }
}
