internal import ArgumentParser
internal import Foundation
internal import JSON
internal import Templates

/// `cld stack graph`.
struct GraphCommand: ParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, dot, svg
  }

  static let configuration = CommandConfiguration(
    commandName: "graph", abstract: "Show which resource of a template waits for which.",
    usage: "cld stack graph FILE [--format text|json|dot|svg] [-p NAME=VALUE]",
    discussion: """
      Conditions decide what is drawn; one that needs a parameter without a value is left open, and what hangs on it is dashed.
      Example: cld stack graph template.yaml --format svg > template.svg
      """)

  @Argument(help: "The template, JSON or YAML.") var file: String
  @Option(help: "text, json, dot (for Graphviz) or svg.") var format = Format.text
  @OptionGroup var parameters: ParameterOptions

  func run() throws {
    let file = TemplateFile(file)
    guard let document = file.document else { throw Self.refusal(file.problems) }
    let problems = file.problems + TemplateCheck(document).problems
    if problems.hasErrors { throw Self.refusal(problems) }
    do throws(SourceError) {
      let known = try ParameterValues(document, given: parameters.given, areComplete: false)
      let graph = try TemplateGraph(document, parameters: known, context: parameters.context)
      switch format {
      case .text: print(graph.text)
      case .json: print(graph.json.text)
      case .dot: print(graph.dot)
      case .svg: print(graph.svg)
      }
    } catch {
      throw Self.refusal([TemplateProblem(severity: .error, error: error)])
    }
  }

  /// Prints why there is no graph.
  private static func refusal(_ problems: [TemplateProblem]) -> ExitCode {
    for problem in problems where problem.severity == .error { FileHandle.standardError.write(Data("\(problem)\n".utf8)) }
    return ExitCode(64)
  }
}
