internal import JSON

extension SourceDocument {
  /// The pseudo parameters on which conditions, rules, keys of mappings and loops depend: without their values the template cannot be resolved,
  /// while all others may stay as they are.
  public var decidingPseudoParameters: Set<String> {
    var found: Set<String> = []
    for section in ["Conditions", "Rules"] { value[section]?.collectPseudo(isDeciding: true, into: &found) }
    for section in ["Resources", "Outputs"] { value[section]?.collectPseudo(isDeciding: false, into: &found) }
    return found.subtracting(["AWS::NoValue"])
  }
}

extension JSON {
  fileprivate func collectPseudo(isDeciding: Bool, into found: inout Set<String>) {
    switch self {
    case .string(let text) where isDeciding:
      // In Ref and in Fn::Sub alike.
      for name in TemplateNames.pseudo where text.contains(name) { found.insert(name) }
    case .array(let elements): for element in elements { element.collectPseudo(isDeciding: isDeciding, into: &found) }
    case .object(let members):
      for (key, member) in members {
        let decides = isDeciding || key == "Fn::FindInMap" || key.hasPrefix("Fn::ForEach::") || key == "Fn::GetAZs" || key == "Fn::ImportValue"
        member.collectPseudo(isDeciding: decides, into: &found)
      }
    default: break
    }
  }
}
