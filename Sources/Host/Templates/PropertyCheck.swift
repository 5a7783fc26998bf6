internal import Contract
public import JSON

/// A property that the type's schema refuses.
public struct PropertyProblem: Error, Hashable, Sendable {
  /// Where, below the properties.
  public let pointer: JSONPointer
  /// What is wrong, without the place.
  public let problem: String
}

/// Checks properties against the schema of their type: the part of JSON Schema (draft 7) that CloudFormation's registry
/// schemas use (CloudFormation CLI user guide, "Resource type schema"). References and expressions pass: they have no value yet. Of `Fn::If`
/// both ways are checked.
public struct PropertyCheck {
  private let root: JSON

  /// A check against a schema file.
  public init(schema: JSON) { root = schema }

  /// Every problem, in the order of names.
  public func problems(in properties: JSON) -> [PropertyProblem] { check(properties, root, JSONPointer()) }

  /// - Parameter forms: how many `allOf` and their like stand around without a step into the value; a schema may refer to itself.
  private func check(_ value: JSON, _ schema: JSON, _ pointer: JSONPointer, forms: Int = 0) -> [PropertyProblem] {
    guard forms < 16 else { return [] }
    if let (name, argument) = value.function, name == "Fn::If", let parts = argument.array, parts.count == 3 {
      let place = pointer.appending(name)
      return check(parts[1], schema, place.appending("1")) + check(parts[2], schema, place.appending("2"))
    }
    if value.isUnresolved { return [] }
    let schema = resolved(schema)
    func problem(_ text: String) -> [PropertyProblem] { [PropertyProblem(pointer: pointer, problem: text)] }
    if let types = schema["type"].map({ $0.array?.compactMap(\.string) ?? [$0.string ?? ""] }),
      !types.contains(where: { matches(value, $0) })
    {
      return problem("must be \(types.joined(separator: " or ")), and is \(value.kind)")
    }
    if let allowed = schema["enum"]?.array, !allowed.contains(where: { $0 == value || ($0.scalarText != nil && $0.scalarText == value.scalarText) }) {
      return problem("is \(value.text), and must be one of \(allowed.map(\.text).joined(separator: ", "))")
    }
    if let only = schema["const"], only != value, only.scalarText != value.scalarText { return problem("is \(value.text), and must be \(only.text)") }
    var found: [PropertyProblem] = []
    if let text = value.string, let wrong = wrong(text, schema) { return problem(wrong) }
    if let number = value.double ?? (schema["type"] == "string" ? nil : value.string.flatMap(Double.init)), let wrong = wrong(number, schema) { return problem(wrong) }
    if let elements = value.array { found += check(elements, schema, pointer) }
    if let members = value.object { found += check(members, schema, pointer) }
    return found + checkForms(value, schema, pointer, forms + 1)
  }

  private func wrong(_ text: String, _ schema: JSON) -> String? {
    // Its length is known when the reference has a value.
    if text.contains("{{resolve:") { return nil }
    if let longest = schema["maxLength"]?.int, text.count > longest { return "is longer than \(longest) characters" }
    if let shortest = schema["minLength"]?.int, text.count < shortest { return "is shorter than \(shortest) characters" }
    if let pattern = schema["pattern"]?.string, let read = TextPattern(pattern), read.matches(in: text) == false { return "does not match \(pattern)" }
    return nil
  }

  private func wrong(_ number: Double, _ schema: JSON) -> String? {
    if let minimum = schema["minimum"]?.double, number < minimum { return "is below \(schema["minimum"]?.text ?? "")" }
    if let maximum = schema["maximum"]?.double, number > maximum { return "is above \(schema["maximum"]?.text ?? "")" }
    if let minimum = schema["exclusiveMinimum"]?.double, number <= minimum { return "must be above \(schema["exclusiveMinimum"]?.text ?? "")" }
    if let maximum = schema["exclusiveMaximum"]?.double, number >= maximum { return "must be below \(schema["exclusiveMaximum"]?.text ?? "")" }
    if let step = schema["multipleOf"]?.double, step > 0, number.truncatingRemainder(dividingBy: step) != 0 {
      return "must be a multiple of \(schema["multipleOf"]?.text ?? "")"
    }
    return nil
  }

  private func check(_ elements: [JSON], _ schema: JSON, _ pointer: JSONPointer) -> [PropertyProblem] {
    func problem(_ text: String) -> [PropertyProblem] { [PropertyProblem(pointer: pointer, problem: text)] }
    // A function may take itself away, with AWS::NoValue.
    if !elements.contains(where: \.isUnresolved) {
      if let least = schema["minItems"]?.int, elements.count < least { return problem("has \(elements.count) elements, and needs at least \(least)") }
      if let most = schema["maxItems"]?.int, elements.count > most { return problem("has \(elements.count) elements, and may have \(most)") }
    }
    if schema["uniqueItems"] == true {
      var seen: Set<JSON> = []
      for (index, element) in elements.enumerated() where !seen.insert(element).inserted {
        return [PropertyProblem(pointer: pointer.appending(String(index)), problem: "is in the list already, and each may be there once")]
      }
    }
    guard let items = schema["items"] else { return [] }
    return elements.enumerated().flatMap { check($1, items, pointer.appending(String($0))) }
  }

  private func check(_ members: [String: JSON], _ schema: JSON, _ pointer: JSONPointer) -> [PropertyProblem] {
    let known = schema["properties"]?.object ?? [:]
    let patterns = (schema["patternProperties"]?.object ?? [:]).map { (TextPattern($0.key), $0.value) }
    var problems: [PropertyProblem] = []
    // A macro or a loop among the members may make any of them.
    let isOpen = members.keys.contains { $0.hasPrefix("Fn::") }
    for required in (schema["required"]?.array ?? []).compactMap(\.string) where members[required] == nil && !isOpen {
      problems.append(PropertyProblem(pointer: pointer, problem: "lacks the required property '\(required)'"))
    }
    for (name, others) in schema["dependencies"]?.object ?? [:] where members[name] != nil && !isOpen {
      for other in (others.array ?? []).compactMap(\.string) where members[other] == nil {
        problems.append(PropertyProblem(pointer: pointer.appending(name), problem: "needs '\(other)' beside it"))
      }
    }
    for (name, member) in members.sorted(by: { $0.key < $1.key }) where !name.hasPrefix("Fn::") {
      let place = pointer.appending(name)
      if let property = known[name] {
        problems += check(member, property, place)
      } else if let (_, property) = patterns.first(where: { $0.0?.matches(in: name) ?? true }) {
        problems += check(member, property, place)
      } else if schema["additionalProperties"] == false {
        let hint = EditDistance.nearest(name, known.keys).map { "; did you mean '\($0)'?" } ?? ""
        problems.append(PropertyProblem(pointer: place, problem: "is not a property of the type\(hint)"))
      } else if let rest = schema["additionalProperties"], rest.object != nil {
        problems += check(member, rest, place)
      }
    }
    return problems
  }

  /// `allOf`, `anyOf`, `oneOf` and `not`.
  private func checkForms(_ value: JSON, _ schema: JSON, _ pointer: JSONPointer, _ depth: Int) -> [PropertyProblem] {
    func problem(_ text: String) -> [PropertyProblem] { [PropertyProblem(pointer: pointer, problem: text)] }
    for form in schema["allOf"]?.array ?? [] {
      let problems = check(value, form, pointer, forms: depth)
      if !problems.isEmpty { return problems }
    }
    if let forbidden = schema["not"]?["required"]?.array?.compactMap(\.string), !forbidden.isEmpty, forbidden.allSatisfy({ value[$0] != nil }) {
      return problem("cannot have \(forbidden.map { "'\($0)'" }.joined(separator: " and "))\(forbidden.count > 1 ? " together" : "")")
    }
    for (key, count) in [("anyOf", "at least"), ("oneOf", "exactly")] {
      guard let forms = schema[key]?.array, !forms.isEmpty else { continue }
      if value.object?.keys.contains(where: { $0.hasPrefix("Fn::") }) == true { continue }
      let results = forms.map { check(value, $0, pointer, forms: depth) }
      let fitting = results.count { $0.isEmpty }
      // What a function gives is not known, so one form too many says nothing.
      guard fitting == 0 || (key == "oneOf" && fitting > 1 && !value.hasFunction && !value.hasExpression) else { continue }
      let needs = forms.map { ($0["required"]?.array ?? []).compactMap(\.string) }
      if value.object != nil, needs.allSatisfy({ !$0.isEmpty }), forms.allSatisfy({ $0.object?.count == 1 }) {
        let names = needs.map { "'" + $0.joined(separator: "' with '") + "'" }.joined(separator: ", ")
        return problem("needs \(count) one of \(names)\(fitting > 1 ? ", and has more of them" : "")")
      }
      if fitting > 1 { return problem("fits \(fitting) forms of which it may fit one") }
      // That of the form that it comes nearest to tells most.
      return results.min { $0.count < $1.count } ?? []
    }
    return []
  }

  /// The schema that references lead to.
  private func resolved(_ schema: JSON) -> JSON {
    var schema = schema
    // More steps than these are a circle.
    for _ in 0..<16 {
      guard let reference = schema["$ref"]?.string, reference.hasPrefix("#"), let pointer = JSONPointer(String(reference.dropFirst())),
        let target = root[pointer]
      else { break }
      schema = target
    }
    return schema
  }

  // CloudFormation takes texts for numbers and booleans, and numbers for texts.
  private func matches(_ value: JSON, _ type: String) -> Bool {
    switch (type, value) {
    case ("object", .object), ("array", .array), ("boolean", .bool), ("null", .null): true
    case ("string", .string), ("string", .int), ("string", .double), ("string", .bool): true
    case ("integer", .string(let text)): Int64(text) != nil || text.contains("{{resolve:")
    case ("number", .string(let text)): Double(text) != nil || text.contains("{{resolve:")
    case ("integer", _): value.int != nil
    case ("number", _): value.double != nil
    case ("boolean", .string(let text)): ["true", "false"].contains(text.lowercased()) || text.contains("{{resolve:")
    default: false
    }
  }
}

extension JSON {
  /// Whether the value is a function or an expression whose result is not known yet.
  fileprivate var isUnresolved: Bool { function != nil || isExpression }
}
