internal import Contract
public import JSON

extension StackPolicy {
  /// Reads the policy's JSON: `{"Statement": [{"Effect", "Action", "Principal": "*", "Resource" or "NotResource", "Condition"}]}`.
  /// - Throws: `TemplateError.malformed` for what no stack policy has, with the pointer to it.
  public init(json: JSON) throws(TemplateError) {
    let root = try PolicyPart(json, place: "the stack policy")
    try root.allow(["Statement", "Version", "Id"])
    guard let list = root.members["Statement"] else { throw root.malformed("has no Statement: add \"Statement\": [...]") }
    var statements: [Statement] = []
    for (index, statement) in (list.array ?? [list]).enumerated() {
      statements.append(try Statement(try PolicyPart(statement, place: "/Statement/\(index) of the stack policy")))
    }
    guard !statements.isEmpty else { throw root.malformed("has no statement, and so would deny every update: add one") }
    self.statements = statements
  }
}

extension StackPolicy.Statement {
  fileprivate init(_ part: PolicyPart) throws(TemplateError) {
    try part.allow(["Effect", "Action", "Principal", "Resource", "NotResource", "Condition", "Sid"])
    guard let effect = part.members["Effect"]?.string.flatMap(Effect.init) else { throw part.malformed("needs an Effect: Allow or Deny") }
    self.effect = effect
    guard part.members["Principal"] == "*" else { throw part.malformed("needs \"Principal\": \"*\": a stack policy holds for everybody") }
    updates = []
    for action in try part.texts("Action", example: "Update:*") {
      if action == "Update:*" || action == "*" {
        updates.formUnion(StackPolicy.Update.allCases)
      } else if let update = StackPolicy.Update(rawValue: action) {
        updates.insert(update)
      } else {
        let known = StackPolicy.Update.allCases.map(\.rawValue) + ["Update:*"]
        throw part.malformed("has the Action '\(action)'\(part.hint(action, known))")
      }
    }
    switch (part.members["Resource"] != nil, part.members["NotResource"] != nil) {
    case (true, false): resources = .matching(try Self.resources(part, "Resource"))
    case (false, true): resources = .besides(try Self.resources(part, "NotResource"))
    default: throw part.malformed("needs either Resource or NotResource, such as \"Resource\": \"LogicalResourceId/Database\"")
    }
    types = try Self.types(part)
  }

  private static func resources(_ part: PolicyPart, _ key: String) throws(TemplateError) -> [String] {
    let patterns = try part.texts(key, example: "LogicalResourceId/Database")
    for pattern in patterns where pattern != "*" && !pattern.hasPrefix("LogicalResourceId/") {
      throw part.malformed("has the \(key) '\(pattern)': write LogicalResourceId/ and a logical id, or *")
    }
    return patterns
  }

  private static func types(_ part: PolicyPart) throws(TemplateError) -> [[String]] {
    guard let written = part.members["Condition"] else { return [] }
    let condition = try PolicyPart(written, place: "the Condition of \(part.place)")
    try condition.allow(["StringEquals", "StringLike"])
    var types: [[String]] = []
    for (comparison, keys) in condition.members.sorted(by: { $0.key < $1.key }) {
      let keys = try PolicyPart(keys, place: "\(comparison) in \(condition.place)")
      try keys.allow(["ResourceType"])
      let values = try keys.texts("ResourceType", example: "AWS::SNS::Topic")
      if comparison == "StringEquals", let pattern = values.first(where: { $0.contains("*") || $0.contains("?") }) {
        throw keys.malformed("compares with '\(pattern)' as it stands: use StringLike for patterns")
      }
      types.append(values)
    }
    return types
  }
}

/// An object of a policy, and what messages call it.
private struct PolicyPart {
  let place: String
  let members: [String: JSON]

  init(_ json: JSON, place: String) throws(TemplateError) {
    guard let members = json.object else { throw .malformed(place: place, problem: "must be an object, and is \(json.kind)") }
    self.place = place
    self.members = members
  }

  func malformed(_ problem: String) -> TemplateError { .malformed(place: place, problem: problem) }

  func allow(_ keys: [String]) throws(TemplateError) {
    for key in members.keys.sorted() where !keys.contains(key) { throw malformed("has the key '\(key)'\(hint(key, keys))") }
  }

  func hint(_ word: String, _ known: [String]) -> String {
    EditDistance.nearest(word, known).map { "; did you mean '\($0)'?" } ?? ", which is none of \(known.joined(separator: ", "))"
  }

  /// One text or a list of them.
  func texts(_ key: String, example: String) throws(TemplateError) -> [String] {
    guard let value = members[key] else { throw malformed("needs \(key), such as \"\(key)\": \"\(example)\"") }
    let list = value.array ?? [value], texts = list.compactMap(\.string)
    guard texts.count == list.count, !texts.isEmpty else { throw malformed("needs a text or a list of texts as \(key)") }
    return texts
  }
}
