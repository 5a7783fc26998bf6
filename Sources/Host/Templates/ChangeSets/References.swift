internal import JSON

/// A value of a resource that an expression asks for.
enum ResourceReference: Hashable {
  case reference(String)
  case attribute(String, name: String)

  var logicalID: String {
    switch self {
    case .reference(let id), .attribute(let id, _): id
    }
  }
}

extension JSON {
  /// Adds the values of resources that an expression of a resolved template asks for.
  func collectResourceReferences(into found: inout Set<ResourceReference>) {
    switch self {
    case .array(let elements): for element in elements { element.collectResourceReferences(into: &found) }
    case .object(let members):
      guard function != nil else {
        for member in members.values { member.collectResourceReferences(into: &found) }
        return
      }
      switch Expression(self) {
      case .ref(let id): if !id.hasPrefix("AWS::") { found.insert(.reference(id)) }
      case .getAtt(let id, let path): found.insert(.attribute(id, name: path.joined(separator: ".")))
      case .sub(let text, let variables):
        for variable in variables.values { variable.collectResourceReferences(into: &found) }
        for case .variable(let written) in SubstitutionPart.parse(text) where variables[written] == nil && !written.hasPrefix("AWS::") {
          let parts = written.split(separator: ".", maxSplits: 1).map(String.init)
          found.insert(parts.count == 2 ? .attribute(parts[0], name: parts[1]) : .reference(written))
        }
      default: for member in members.values { member.collectResourceReferences(into: &found) }
      }
    default: break
    }
  }

  /// Adds the parameters that an expression of a template asks for; of `Fn::If` only the branch that is taken, since conditions are
  /// decided before values are compared.
  func collectParameters(of parameters: ParameterValues, conditions: [String: Bool], into found: inout Set<String>) {
    switch takenBranch(conditions) {
    case .array(let elements): for element in elements { element.collectParameters(of: parameters, conditions: conditions, into: &found) }
    case .object(let members):
      if let (name, argument) = JSON.object(members).function {
        if name == "Ref", let id = argument.string, parameters.values[id] != nil { found.insert(id) }
        if name == "Fn::Sub", let text = argument.scalarText ?? argument[0]?.scalarText {
          for case .variable(let written) in SubstitutionPart.parse(text) {
            let variable = Substring(written).trimmed
            if parameters.values[variable] != nil, argument[1]?[variable] == nil { found.insert(variable) }
          }
        }
      }
      for member in members.values { member.collectParameters(of: parameters, conditions: conditions, into: &found) }
    default: break
    }
  }

  /// The expression that gives the value at a path: the one that stands there, or the function around it.
  func expression(givingValueAt path: some Sequence<String>, conditions: [String: Bool]) -> JSON {
    var current = takenBranch(conditions)
    for token in path {
      if current.function != nil { return current }
      let inner: JSON? =
        switch current {
        case .object(let members): members[token]
        case .array(let elements):
          Int(token).flatMap { index in
            let kept = elements.map { $0.takenBranch(conditions) }.filter { !$0.isNull && $0 != ["Ref": "AWS::NoValue"] }
            return kept.indices.contains(index) ? kept[index] : nil
          }
        default: nil
        }
      guard let inner else { return current }
      current = inner.takenBranch(conditions)
    }
    return current
  }

  private func takenBranch(_ conditions: [String: Bool]) -> JSON {
    var current = self
    while let (name, argument) = current.function, name == "Fn::If", let parts = argument.array, parts.count == 3,
      let condition = (parts[0].string ?? parts[0]["Condition"]?.string).flatMap({ conditions[$0] })
    {
      current = parts[condition ? 1 : 2]
    }
    return current
  }
}
