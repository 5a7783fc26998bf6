internal import Contract
public import JSON

/// A property that the type's schema refuses.
public struct PropertyProblem: Error, Hashable, Sendable {
  /// Where, below the properties.
  public let pointer: JSONPointer
  /// What is wrong, without the place.
  public let problem: String
}

/// Checks properties against the schema of their type: the part of JSON Schema that CloudFormation's registry
/// schemas use (CloudFormation CLI user guide, "Resource type schema"). References and expressions pass: they have no value yet.
public struct PropertyCheck {
  private let root: JSON

  /// A check against a schema file.
  public init(schema: JSON) { root = schema }

  /// Every problem, in the order of names.
  public func problems(in properties: JSON) -> [PropertyProblem] { check(properties, root, JSONPointer()) }

  private func check(_ value: JSON, _ schema: JSON, _ pointer: JSONPointer) -> [PropertyProblem] {
    if value.isUnresolved { return [] }
    let schema = resolved(schema)
    func problem(_ text: String) -> [PropertyProblem] { [PropertyProblem(pointer: pointer, problem: text)] }
    if let types = schema["type"].map({ $0.array?.compactMap(\.string) ?? [$0.string ?? ""] }),
      !types.contains(where: { matches(value, $0) })
    {
      return problem("must be \(types.joined(separator: " or ")), and is \(value.kind)")
    }
    if let allowed = schema["enum"]?.array, !allowed.contains(value) {
      return problem("is \(value.text), and must be one of \(allowed.map(\.text).joined(separator: ", "))")
    }
    if let text = value.string {
      if let longest = schema["maxLength"]?.int, text.count > longest { return problem("is longer than \(longest) characters") }
      if let shortest = schema["minLength"]?.int, text.count < shortest { return problem("is shorter than \(shortest) characters") }
      if let pattern = schema["pattern"]?.string, let regex = try? Regex(pattern), (try? regex.firstMatch(in: text)) == nil {
        return problem("does not match \(pattern)")
      }
    }
    if let number = value.double {
      if let minimum = schema["minimum"]?.double, number < minimum { return problem("is below \(schema["minimum"]?.text ?? "")") }
      if let maximum = schema["maximum"]?.double, number > maximum { return problem("is above \(schema["maximum"]?.text ?? "")") }
    }
    if let elements = value.array, let items = schema["items"] {
      return elements.enumerated().flatMap { check($1, items, pointer.appending(String($0))) }
    }
    return value.object.map { check($0, schema, pointer) } ?? []
  }

  private func check(_ members: [String: JSON], _ schema: JSON, _ pointer: JSONPointer) -> [PropertyProblem] {
    let known = schema["properties"]?.object ?? [:]
    var problems: [PropertyProblem] = []
    // A macro or a loop among the members may make any of them.
    let isOpen = members.keys.contains { $0.hasPrefix("Fn::") }
    for required in (schema["required"]?.array ?? []).compactMap(\.string) where members[required] == nil && !isOpen {
      problems.append(PropertyProblem(pointer: pointer, problem: "lacks the required property '\(required)'"))
    }
    for (name, member) in members.sorted(by: { $0.key < $1.key }) where !name.hasPrefix("Fn::") {
      if let property = known[name] {
        problems += check(member, property, pointer.appending(name))
      } else if schema["additionalProperties"] == false {
        let hint = EditDistance.nearest(name, known.keys).map { "; did you mean '\($0)'?" } ?? ""
        problems.append(PropertyProblem(pointer: pointer.appending(name), problem: "is not a property of the type\(hint)"))
      }
    }
    return problems
  }

  private func resolved(_ schema: JSON) -> JSON {
    guard let reference = schema["$ref"]?.string, reference.hasPrefix("#"),
      let pointer = JSONPointer(String(reference.dropFirst()))
    else { return schema }
    return root[pointer] ?? schema
  }

  // CloudFormation takes texts for numbers and booleans, and numbers for texts.
  private func matches(_ value: JSON, _ type: String) -> Bool {
    switch (type, value) {
    case ("object", .object), ("array", .array), ("boolean", .bool), ("null", .null): true
    case ("string", .string), ("string", .int), ("string", .double), ("string", .bool): true
    case ("integer", _), ("number", _):
      value.string.map { Double($0) != nil } ?? (type == "integer" ? value.int != nil : value.double != nil)
    case ("boolean", .string(let text)): text == "true" || text == "false"
    default: false
    }
  }
}

extension JSON {
  /// Whether the value is a function or an expression whose result is not known yet.
  fileprivate var isUnresolved: Bool {
    guard let members = object, members.count == 1, let key = members.keys.first else { return false }
    return key == "Ref" || key.hasPrefix("Fn::") || key.hasPrefix("$")
  }
}
