internal import ArgumentParser

/// `cld-template`: what `cld stack validate` and `cld stack graph` run. A program of its own, so that the client need not load a YAML parser.
@main
struct TemplateTool: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cld-template", abstract: "Checks and draws CloudFormation templates.", shouldDisplay: false, subcommands: [ValidateCommand.self, GraphCommand.self])
}
