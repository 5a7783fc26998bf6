internal import ArgumentParser
internal import Contract
internal import JSON
internal import Plugins
internal import Templates

/// `cld stack validate`.
struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Check CloudFormation templates without a cloud.",
    usage: "cld stack validate FILE... [-p NAME=VALUE] [--any-type] [--plugin-dir DIR] [-o table|json]", discussion: "Example: cld stack validate template.yaml")

  @Argument(help: "The templates, JSON or YAML.") var files: [String]
  @Flag(name: .customLong("any-type"), help: "Check the language alone: resources may be of types that no plugin provides.") var anyType = false
  @Option(name: .customLong("plugin-dir"), help: "A folder of plugins to look in first. May be repeated.") var pluginFolders: [String] = []
  @Option(name: [.customShort("o"), .customLong("output")], help: "How to print: table or json.") var output = "table"
  @OptionGroup var parameters: ParameterOptions

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
        if !problems.hasErrors { print("\(file): valid") }
      }
    }
    if results.contains(where: \.1.hasErrors) { throw ExitCode(64) }
  }

  /// - Parameter schemas: the types that there are; nil for any.
  private func problems(of path: String, _ schemas: [String: TypeSchema]?) -> [TemplateProblem] {
    let file = TemplateFile(path)
    guard let document = file.document else { return file.problems }
    let problems = file.problems + TemplateCheck(document).problems + (schemas.map { TypeCheck(document, schemas: $0).problems } ?? [])
    // Values are only looked at when there are some, and when the template itself is right.
    return parameters.parameters.isEmpty || problems.hasErrors ? problems : problems + valueProblems(document)
  }

  /// What is wrong with the values of the parameters, the rules that do not hold for them, and what functions make of them.
  private func valueProblems(_ document: SourceDocument) -> [TemplateProblem] {
    do throws(SourceError) {
      let wrong = ParameterValues.problems(document, given: parameters.given)
      if !wrong.isEmpty { return wrong.map { TemplateProblem(severity: .error, error: $0) } }
      let values = try ParameterValues(document, given: parameters.given)
      var resolver = TemplateResolver(document, parameters: values, context: parameters.context)
      let failed = try resolver.failedAssertions()
      if !failed.isEmpty { return failed.map { TemplateProblem(severity: .error, error: $0) } }
      // Values that wait for a look-up say nothing yet.
      if values.lookups.isEmpty, document.decidingPseudoParameters.isSubset(of: parameters.known) { _ = try resolver.resolved() }
      return []
    } catch {
      return [TemplateProblem(severity: .error, error: error)]
    }
  }
}

extension [TemplateProblem] {
  var hasErrors: Bool { contains { $0.severity == .error } }
}

extension TemplateProblem {
  fileprivate var json: JSON {
    [
      "severity": .string(severity.rawValue), "line": .int(Int64(error.line)), "column": .int(Int64(error.column)),
      "problem": .string(error.problem),
    ]
  }
}
