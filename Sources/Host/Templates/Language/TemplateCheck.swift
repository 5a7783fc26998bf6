internal import Contract
public import JSON

/// The rules of the template language, without any type's schema: sections, parameters, functions, references, limits
/// (CloudFormation user guide, "Template reference"). All problems of a file are found in one run.
public struct TemplateCheck {
  /// Everything that was found, in the order of the file.
  public var problems: [TemplateProblem] {
    found.sorted { ($0.error.line, $0.error.column, $0.error.problem) < ($1.error.line, $1.error.column, $1.error.problem) }
  }

  let document: SourceDocument
  let names: TemplateNames
  private var found: [TemplateProblem] = []
  /// How many dynamic references there are.
  var dynamicReferences = 0

  /// Checks a template.
  public init(_ document: SourceDocument) {
    self.document = document
    names = TemplateNames(document.value)
    check()
  }

  private mutating func check() {
    guard let top = document.value.object else {
      return error(JSONPointer(), "a template must be a mapping, and is \(document.value.kind)")
    }
    checkNulls(document.value, JSONPointer())
    checkFormat(top)
    checkTransform(top["Transform"])
    for (section, value) in top.sorted(by: { $0.key < $1.key }) {
      let pointer = JSONPointer([section])
      switch section {
      case "AWSTemplateFormatVersion", "Description", "Transform": break
      case "Metadata": _ = object(value, at: pointer)
      case "Parameters": checkParameters(value, pointer)
      case "Mappings": checkMappings(value, pointer)
      case "Conditions": checkConditions(value, pointer)
      case "Rules": checkRules(value, pointer)
      case "Resources": checkResources(value, pointer)
      case "Outputs": checkOutputs(value, pointer)
      case "Hooks": _ = object(value, at: pointer)
      // A macro may have sections of its own, such as SAM's Globals.
      case _ where names.hasForeignTransform: break
      default:
        let sections = TemplateNames.sections
        let hint = EditDistance.nearest(section, sections).map { "; did you mean '\($0)'?" } ?? "; sections are \(sections.joined(separator: ", "))"
        error(pointer, "'\(section)' is not a section of a template\(hint)")
      }
    }
    if top["Resources"] == nil { error(JSONPointer(), "'Resources' is missing: a template needs at least that section") }
    checkCycles()
    checkUse()
    if dynamicReferences > 60 {
      warning(JSONPointer(), "there are \(dynamicReferences) dynamic references, and CloudFormation takes 60")
    }
  }

  private mutating func checkFormat(_ top: [String: JSON]) {
    if let version = top["AWSTemplateFormatVersion"], !version.isNull, version.scalarText != "2010-09-09" {
      error(JSONPointer(["AWSTemplateFormatVersion"]), "the version is '\(version.scalarText ?? version.kind)', and only '2010-09-09' exists")
    }
    if let description = top["Description"], !description.isNull {
      let pointer = JSONPointer(["Description"])
      if let text = description.scalarText {
        if text.utf8.count > 1024 { error(pointer, "the description has \(text.utf8.count) bytes, and may have 1024") }
      } else {
        error(pointer, "the description must be a text, and is \(description.kind)")
      }
    }
  }

  private mutating func checkTransform(_ transform: JSON?) {
    let pointer = JSONPointer(["Transform"])
    switch transform {
    case nil, .null?: break
    case .array(let elements)?:
      for (index, element) in elements.enumerated() { checkMacro(element, pointer.appending(String(index))) }
    case let macro?: checkMacro(macro, pointer)
    }
  }

  private mutating func checkMacro(_ macro: JSON, _ pointer: JSONPointer) {
    let name = macro.string ?? macro["Name"]?.string
    if let name, name != TemplateNames.languageExtensions, name != TemplateNames.include { warning(pointer, TemplateResolver.refusal(ofMacro: name)) }
    if macro.string != nil { return }
    guard let members = object(macro, at: pointer, what: "a transform") else { return }
    if members["Name"] == nil { error(pointer, "'Name' is missing: the macro's name") }
    for key in members.keys.sorted() where !["Name", "Parameters"].contains(key) {
      error(pointer.appending(key), "'\(key)' is not a key of a transform; it has Name and Parameters")
    }
  }

  /// "'null' values are not allowed in templates", says the service, and drops them from properties that go through its own tools.
  private mutating func checkNulls(_ value: JSON, _ pointer: JSONPointer) {
    switch value {
    case .null where pointer.tokens.contains("Properties"): warning(pointer, "null counts as not given")
    case .null where !pointer.tokens.isEmpty: error(pointer, "null is not allowed in a template: give a value, or take the key away")
    case .array(let elements):
      for (index, element) in elements.enumerated() { checkNulls(element, pointer.appending(String(index))) }
    case .object(let members):
      for (key, member) in members { checkNulls(member, pointer.appending(key)) }
    default: break
    }
  }

  // MARK: What the parts use.

  mutating func error(_ pointer: JSONPointer, _ problem: String) {
    found.append(TemplateProblem(severity: .error, error: document.error(at: pointer, problem)))
  }

  mutating func warning(_ pointer: JSONPointer, _ problem: String) {
    found.append(TemplateProblem(severity: .warning, error: document.error(at: pointer, problem)))
  }

  /// The members of what must be a mapping.
  mutating func object(_ value: JSON, at pointer: JSONPointer, what: String? = nil) -> [String: JSON]? {
    if let members = value.object { return members }
    // A null has its own sentence.
    if !value.isNull { error(pointer, "\(what ?? "'\(pointer.tokens.last ?? "")'") must be a mapping, and is \(value.kind)") }
    return nil
  }

  /// Letters and digits, at most so many; a section of at most so many.
  mutating func checkNames(_ members: [String: JSON], _ pointer: JSONPointer, what: String, most: Int) {
    if members.count > most { warning(pointer, "there are \(members.count) \(what)s, and CloudFormation takes \(most)") }
    for name in members.keys.sorted() where !name.hasPrefix("Fn::ForEach::") {
      if name.utf8.count > 255 { error(pointer.appending(name), "the name of the \(what) has \(name.utf8.count) characters, and may have 255") }
      if name.isEmpty || !name.utf8.allSatisfy(\.isLetterOrDigit) {
        error(pointer.appending(name), "'\(name)' cannot be the name of a \(what): only letters and digits")
      }
    }
  }
}

extension UInt8 {
  var isLetterOrDigit: Bool { (48...57).contains(self) || (65...90).contains(self) || (97...122).contains(self) }
}
