internal import ArgumentParser

/// `cld stack`.
struct StackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stack", abstract: "Stacks from CloudFormation templates.",
    subcommands: [
      StackCreate.self, StackUpdate.self, StackDelete.self, StackList.self, StackShow.self, StackEvents.self, StackResources.self,
      StackTemplate.self, StackCancel.self, StackContinueRollback.self, StackRefresh.self, StackProtect.self, StackPolicyCommand.self, Validate.self, Graph.self,
    ])

  /// `cld stack validate`, done by `cld-template`.
  struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "validate", abstract: "Check templates without a cloud.",
      discussion: "Example: cld stack validate template.yaml")

    @Argument(parsing: .captureForPassthrough, help: "Templates and options; --help prints them.") var arguments: [String] = []

    func run() throws { try CompanionProgram(name: "cld-template").become(["validate"] + (arguments.isEmpty ? ["--help"] : arguments)) }
  }

  /// `cld stack graph`, done by `cld-template`.
  struct Graph: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "graph", abstract: "Show which resource of a template waits for which.",
      discussion: "Example: cld stack graph template.yaml --format svg > template.svg")

    @Argument(parsing: .captureForPassthrough, help: "A template and options; --help prints them.") var arguments: [String] = []

    func run() throws { try CompanionProgram(name: "cld-template").become(["graph"] + (arguments.isEmpty ? ["--help"] : arguments)) }
  }
}
