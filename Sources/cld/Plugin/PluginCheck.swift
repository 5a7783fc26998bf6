internal import ArgumentParser

/// `cld plugin check`: runs the conformance kit, which is a program of its own so that this one stays small.
struct PluginCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check a plugin against the whole contract, without a cloud.",
    discussion: "Example: cld plugin check acme --only contract")

  @Argument(parsing: .captureForPassthrough, help: "The plugin's folder and the options of the kit; --help prints them.")
  var arguments: [String] = []

  func run() throws {
    try CompanionProgram(name: "cld-check").become(arguments)
  }
}
