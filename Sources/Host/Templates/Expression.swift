public import JSON

/// A function that refers to other parts of the template, or any other value.
/// (CloudFormation user guide, "Intrinsic function reference".)
enum Expression {
  case ref(String)
  case getAtt(String, path: [String])
  /// The text with its `${...}` parts, and the variables that the call itself defines.
  case sub(String, variables: [String: JSON])
  case plain

  init(_ json: JSON) {
    self = .plain
    guard let members = json.object, members.count == 1, let (key, argument) = members.first else { return }
    switch (key, argument) {
    case ("Ref", .string(let id)): self = .ref(id)
    case ("Fn::GetAtt", .string(let text)):
      let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      if parts.count > 1 { self = .getAtt(parts[0], path: Array(parts.dropFirst())) }
    case ("Fn::GetAtt", .array(let parts)):
      if parts.count > 1, let id = parts[0].string {
        let path = parts.dropFirst().compactMap(\.string).flatMap { $0.split(separator: ".").map(String.init) }
        self = .getAtt(id, path: path)
      }
    case ("Fn::Sub", .string(let text)): self = .sub(text, variables: [:])
    case ("Fn::Sub", .array(let parts)):
      if let text = parts.first?.string { self = .sub(text, variables: parts.dropFirst().first?.object ?? [:]) }
    default: break
    }
  }
}

/// A part of the text of `Fn::Sub`.
enum SubstitutionPart: Hashable {
  case text(String)
  /// `${Name}` or `${Name.Attribute}`, without the spaces that may stand around it.
  case variable(String)

  /// Splits the text; `${!Name}` stands for the text `${Name}` itself.
  static func parse(_ text: String) -> [SubstitutionPart] {
    var parts: [SubstitutionPart] = []
    var literal = ""
    var rest = Substring(text)
    while let character = rest.first {
      if rest.hasPrefix("${"), let end = rest.firstIndex(of: "}") {
        let name = rest[rest.index(rest.startIndex, offsetBy: 2)..<end]
        rest = rest[rest.index(after: end)...]
        if name.hasPrefix("!") {
          literal += "${\(name.dropFirst())}"
        } else {
          if !literal.isEmpty { parts.append(.text(literal)) }
          literal = ""
          parts.append(.variable(name.trimmed))
        }
      } else {
        literal.append(character)
        rest = rest.dropFirst()
      }
    }
    if !literal.isEmpty { parts.append(.text(literal)) }
    return parts
  }
}

extension JSON {
  /// The logical ids that the value refers to, anywhere in it.
  public var references: Set<String> {
    switch Expression(self) {
    case .ref(let id): return id.hasPrefix("AWS::") ? [] : [id]
    case .getAtt(let id, _): return [id]
    case .sub(let text, let variables):
      var found = Set(variables.values.flatMap(\.references))
      for case .variable(let name) in SubstitutionPart.parse(text) where variables[name] == nil && !name.hasPrefix("AWS::") {
        found.insert(String(name.prefix { $0 != "." }))
      }
      return found
    default: break
    }
    switch self {
    case .array(let elements): return Set(elements.flatMap(\.references))
    case .object(let members): return Set(members.values.flatMap(\.references))
    default: return []
    }
  }

  /// The value with every logical id in references renamed.
  func renamingReferences(_ rename: (String) -> String) -> JSON {
    switch Expression(self) {
    case .ref(let id): return id.hasPrefix("AWS::") ? self : ["Ref": .string(rename(id))]
    case .getAtt(let id, let path): return ["Fn::GetAtt": [.string(rename(id)), .string(path.joined(separator: "."))]]
    case .sub(let text, let variables):
      let renamed = SubstitutionPart.parse(text).map { part in
        switch part {
        case .text(let text): text.replacing("${", with: "${!")
        case .variable(let name) where variables[name] != nil || name.hasPrefix("AWS::"): "${\(name)}"
        case .variable(let name):
          "${" + rename(String(name.prefix { $0 != "." })) + name.drop { $0 != "." } + "}"
        }
      }.joined()
      return ["Fn::Sub": [.string(renamed), .object(variables.mapValues { $0.renamingReferences(rename) })]]
    default: break
    }
    switch self {
    case .array(let elements): return .array(elements.map { $0.renamingReferences(rename) })
    case .object(let members): return .object(members.mapValues { $0.renamingReferences(rename) })
    default: return self
    }
  }
}
