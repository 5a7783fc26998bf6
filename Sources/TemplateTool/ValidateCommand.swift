internal import ArgumentParser
internal import Contract
internal import Foundation
internal import JSON
internal import Plugins
internal import Templates

/// `cld stack validate`.
struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Check CloudFormation templates without a cloud.",
    usage: "cld stack validate FILE... [--any-type] [--plugin-dir DIR] [-o table|json]", discussion: "Example: cld stack validate template.yaml")

  @Argument(help: "The templates, JSON or YAML.") var files: [String]
  @Flag(name: .customLong("any-type"), help: "Check the language alone: resources may be of types that no plugin provides.") var anyType = false
  @Option(name: .customLong("plugin-dir"), help: "A folder of plugins to look in first. May be repeated.") var pluginFolders: [String] = []
  @Option(name: [.customShort("o"), .customLong("output")], help: "How to print: table or json.") var output = "table"

  func validate() throws {
    guard ["table", "json"].contains(output) else { throw ValidationError("-o is table or json, not \(output)") }
  }

  func run() throws {
    let schemas = anyType ? nil : Catalogue.declared(.standard(pluginFolders: pluginFolders), home: .standard()).schemas()
    let results = files.map { file in (file, problems(of: file, schemas)) }
    if output == "json" {
      print(JSON.array(results.map { file, problems in ["file": .string(file), "problems": .array(problems.map(\.json))] }).text)
    } else {
      for (file, problems) in results {
        for problem in problems { print(problem) }
        if !problems.contains(where: { $0.severity == .error }) { print("\(file): valid") }
      }
    }
    if results.contains(where: { $0.1.contains { $0.severity == .error } }) { throw ExitCode(64) }
  }

  /// - Parameter schemas: the types that there are; nil for any.
  private func problems(of file: String, _ schemas: [String: TypeSchema]?) -> [TemplateProblem] {
    func refused(_ problem: String) -> [TemplateProblem] {
      [TemplateProblem(severity: .error, error: SourceError(file: file, line: 1, column: 1, problem: problem))]
    }
    guard let bytes = FileManager.default.contents(atPath: file) else { return refused("there is no such file that can be read") }
    // CloudFormation takes 1 MB from S3 and 51,200 bytes in a request ("CloudFormation quotas").
    guard bytes.count <= 1_048_576 else { return refused("has \(bytes.count) bytes, and a template may have 1048576") }
    guard let text = String(bytes: bytes, encoding: .utf8) else { return refused("is not UTF-8 text") }
    do throws(SourceError) {
      let document = try SourceDocument(text: text, file: file, dialect: .template)
      return TemplateCheck(document).problems + (schemas.map { TypeCheck(document, schemas: $0).problems } ?? [])
    } catch {
      return [TemplateProblem(severity: .error, error: error)]
    }
  }
}

extension TemplateProblem {
  fileprivate var json: JSON {
    [
      "severity": .string(severity.rawValue), "line": .int(Int64(error.line)), "column": .int(Int64(error.column)),
      "problem": .string(error.problem),
    ]
  }
}
