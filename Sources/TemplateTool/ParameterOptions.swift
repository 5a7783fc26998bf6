internal import ArgumentParser
internal import Foundation
internal import JSON
internal import Templates

/// What commands about templates are told of parameters and of where the stack is to be.
struct ParameterOptions: ParsableArguments {
  @Option(name: [.customShort("p"), .customLong("parameter")], help: ArgumentHelp("The value of a parameter. May be repeated.", valueName: "NAME=VALUE"))
  var parameters: [String] = []

  /// The values by name.
  var given: [String: String] {
    Dictionary(
      parameters.map { text in
        let end = text.firstIndex(of: "=") ?? text.endIndex
        return (String(text[..<end]), String(text[end...].dropFirst()))
      }, uniquingKeysWith: { _, last in last })
  }

  /// What is known without asking the cloud: the region, when the environment names one.
  var context: ResolutionContext {
    let environment = ProcessInfo.processInfo.environment
    let region = ["AWS_REGION", "AWS_DEFAULT_REGION"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    return ResolutionContext(pseudo: region.map { ["AWS::Region": .string($0)] } ?? [:])
  }

  func validate() throws {
    for text in parameters where !text.contains("=") || text.hasPrefix("=") {
      throw ValidationError("-p takes NAME=VALUE, and this is '\(text)'")
    }
  }
}
