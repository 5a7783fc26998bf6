import Contract
import Foundation
import JSON

@testable import Templates

/// Two versions of a template and the change sets that CloudFormation made of them: a recording of the service, or a case of ours in the same form.
struct RecordedCase {
  /// Of the file, without its ending.
  let name: String
  let json: JSON
  /// What the recording's own test had put where `AWS::Include` looks.
  private let includes: JSON?

  init(path: String) throws {
    self.init(
      name: URL(filePath: path).deletingPathExtension().lastPathComponent, json: try JSON.parse(Data(contentsOf: URL(filePath: path))))
  }

  init(name: String, json: JSON) {
    self.name = name
    self.json = json
    includes = Self.included(in: name)
  }

  /// The recordings do not hold the files that templates include. What they hold is told by the public test that was recorded
  /// (localstack, test_change_set_fn_transform.py).
  private static func included(in name: String) -> JSON? {
    func parameter(_ id: String) -> JSON {
      [id: ["Type": "AWS::SSM::Parameter", "Properties": ["Name": "name-2", "Type": "String", "Value": "foo"]]]
    }
    if name.contains("test_embedded_fn_transform_include") { return parameter(name.contains("_yml") ? "Parameter2" : "Parameter") }
    if name.contains("test_global_fn_transform_include") { return ["Outputs": ["ParameterRef": ["Value": ["Ref": "Parameter"]]]] }
    return nil
  }

  /// The first difference between the expected change sets and ours; nil when there is none.
  func difference() -> String? {
    do {
      let first = try version(1), second = try version(2)
      for (number, from, to) in [("1", nil, first), ("2", first, second)] {
        let standing = try from.map(standing(in:)) ?? [:]
        let ours = try ChangeSet(from: from, standing: standing, to: to, schemas: Self.schemas, pseudo: pseudo)
        for (key, includesValues) in [("describe-change-set-\(number)", false), ("describe-change-set-\(number)-prop-values", true)] {
          guard let expected = json["expected"]?[key]?["Changes"] else { continue }
          if let difference = JSONDifference.first(
            normal(expected), normal(ours.json(includesValues: includesValues, contexts: .value)), at: "\(key)")
          {
            return difference
          }
        }
        if let status = json["expected"]?["describe-change-set-\(number)"]?["Status"]?.string, (status == "FAILED") != ours.isEmpty {
          return "describe-change-set-\(number): \(status) and isEmpty is \(ours.isEmpty)"
        }
      }
      let same = try ChangeSet(from: first, standing: standing(in: first), to: first, schemas: Self.schemas, pseudo: pseudo)
      return same.isEmpty ? nil : "template_1 differs from itself: \(same.json(includesValues: true).text)"
    } catch {
      return "\(error)"
    }
  }

  // MARK: The stack

  private var pseudo: [String: String] {
    let describe = json["expected"]?["describe-change-set-1"]
    // What the recording's own normalising has left of the service's values.
    return [
      "AWS::Region": "<region>", "AWS::Partition": "aws", "AWS::AccountId": "111111111111", "AWS::URLSuffix": "url_suffix",
      "AWS::StackName": describe?["StackName"]?.string ?? "<stack-name:1>", "AWS::StackId": describe?["StackId"]?.string ?? "<stack-id:1>",
    ]
  }

  private func version(_ number: Int) throws -> TemplateVersion {
    let source = json["template_\(number)"] ?? .null
    let template = try Include.expanded(source.string.map { try SourceDocument(text: $0, file: name, dialect: .template).value } ?? source, includes)
    let document = try SourceDocument(text: template.text, file: "template_\(number)", dialect: .template)
    let given = (json["parameters_\(number)"]?.object ?? [:]).compactMapValues(\.scalarText)
    var parameters = try ParameterValues(document, given: given)
    parameters.conceal { name, _, text in ["$secret": .string("handle of \(name) \(text.count)")] }
    var resolver = TemplateResolver(document, parameters: parameters, context: ResolutionContext(pseudo: pseudo.mapValues { .string($0) }))
    return TemplateVersion(document: document, parameters: parameters, resolved: try resolver.resolved())
  }

  /// What the service made of the first template: ids from the recording, properties from the template.
  private func standing(in version: TemplateVersion) throws -> [String: StandingResource] {
    var values = Values(resources: [:], pseudo: pseudo)
    var standing: [String: StandingResource] = [:]
    var waiting = version.resolved.resources
    while !waiting.isEmpty {
      let ready = waiting.filter { resource in resource.value.references.allSatisfy { standing[$0] != nil } }
      guard !ready.isEmpty else { throw EvaluationError(description: "the template has a circle") }
      for (id, resource) in ready {
        let properties = try (resource["Properties"] ?? [:]).evaluated(with: values)
        let type = resource["Type"]?.string ?? "", physical = physicalID(of: id)
        let attributes: JSON =
          type == "AWS::SNS::Topic"
          ? ["TopicArn": .string(physical), "TopicName": .string(String(physical.split(separator: ":").last ?? ""))] : [:]
        standing[id] = StandingResource(type: type, physicalID: physical, properties: properties, attributes: attributes)
        values.resources[id] = Values.Resource(physicalID: physical, attributes: attributes, properties: properties)
        waiting[id] = nil
      }
    }
    return standing
  }

  private func physicalID(of id: String) -> String {
    let created = (json["expected"]?["per-resource-events"]?[id]?.array ?? []).last { $0["ResourceStatus"] == "CREATE_COMPLETE" }
    let changed = (json["expected"]?["describe-change-set-2"]?["Changes"]?.array ?? []).compactMap { $0["ResourceChange"] }
      .first { $0["LogicalResourceId"]?.string == id }
    return (changed?["PhysicalResourceId"] ?? created?["PhysicalResourceId"])?.string ?? "id-of-\(id)"
  }

  // MARK: Comparing

  /// Change sets of equal content look equal: what the service itself does not keep stable is left out.
  /// - `Details` have no order: recordings of the same change differ in it, even those with and without values.
  /// - `Replacement` of an `Add` was sent with values until May 2025 and is not sent since, for the same templates.
  /// - The eight random digits in names of the test that was recorded.
  private func normal(_ changes: JSON) -> JSON {
    .array(
      (changes.array ?? []).map { change -> JSON in
        var change = change
        var inner = change["ResourceChange"] ?? [:]
        if inner["Action"] == "Add" { inner["Replacement"] = nil }
        inner["Details"] = .array((inner["Details"]?.array ?? []).sorted { $0.text < $1.text })
        inner["Scope"] = .array((inner["Scope"]?.array ?? []).sorted { $0.text < $1.text })
        change["ResourceChange"] = inner
        return change.replacingTexts { $0.replacing(/name-2-[0-9a-f]{8}$/, with: "name-2") }
      }.sorted { $0["ResourceChange"]?["LogicalResourceId"]?.string ?? "" < $1["ResourceChange"]?["LogicalResourceId"]?.string ?? "" })
  }

  /// The types of the recordings, as their plugin's schema files describe them.
  static let schemas: [String: TypeSchema] = [
    "AWS::SNS::Topic": TypeSchema(
      typeName: "AWS::SNS::Topic", schemaVersion: 1, document: [:],
      createOnlyProperties: [JSONPointer(["TopicName"]), JSONPointer(["FifoTopic"])], readOnlyProperties: [JSONPointer(["TopicArn"])],
      tagProperty: "Tags"),
    "AWS::SSM::Parameter": TypeSchema(
      typeName: "AWS::SSM::Parameter", schemaVersion: 1, document: [:], createOnlyProperties: [JSONPointer(["Name"])], tagProperty: "Tags"),
  ]
}

/// Puts included content into a template.
private enum Include {
  struct Macro: Error, CustomStringConvertible {
    let description: String
  }

  static func expanded(_ template: JSON, _ included: JSON?) throws -> JSON {
    var out = try walk(template, included)
    guard let transform = out["Transform"], transform != "AWS::LanguageExtensions" else { return out }
    try require(transform)
    out["Transform"] = nil
    for (section, members) in included?.object ?? [:] {
      out[section] = .object((out[section]?.object ?? [:]).merging(members.object ?? [:]) { _, new in new })
    }
    return out
  }

  private static func walk(_ value: JSON, _ included: JSON?) throws -> JSON {
    switch value {
    case .array(let elements): return .array(try elements.map { try walk($0, included) })
    case .object(var members):
      if let transform = members.removeValue(forKey: "Fn::Transform") {
        try require(transform)
        members.merge(included?.object ?? [:]) { _, new in new }
      }
      return .object(try members.mapValues { try walk($0, included) })
    default: return value
    }
  }

  private static func require(_ transform: JSON) throws {
    let names = (transform.array ?? [transform]).map { $0.string ?? $0["Name"]?.string ?? "" }
    if let macro = names.first(where: { $0 != "AWS::Include" }) { throw Macro(description: "uses the macro '\(macro)', which cld refuses by name") }
  }
}

extension JSON {
  fileprivate func replacingTexts(_ replace: (String) -> String) -> JSON {
    switch self {
    case .string(let text): .string(replace(text))
    case .array(let elements): .array(elements.map { $0.replacingTexts(replace) })
    case .object(let members): .object(members.mapValues { $0.replacingTexts(replace) })
    default: self
    }
  }
}

/// Where two values differ first.
enum JSONDifference {
  static func first(_ expected: JSON, _ found: JSON, at place: String) -> String? {
    switch (expected, found) {
    case (.object(let left), .object(let right)):
      for key in Set(left.keys).union(right.keys).sorted() {
        if let difference = first(left[key] ?? .null, right[key] ?? .null, at: "\(place)/\(key)") { return difference }
      }
      return nil
    case (.array(let left), .array(let right)) where left.count == right.count:
      for (index, pair) in zip(left, right).enumerated() {
        if let difference = first(pair.0, pair.1, at: "\(place)/\(index)") { return difference }
      }
      return nil
    default: return expected == found ? nil : "\(place): expected \(expected.text), found \(found.text)"
    }
  }
}
