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

  /// The pseudo parameters whose values are known without asking the cloud.
  var known: Set<String> { region == nil ? [] : ["AWS::Region", "AWS::Partition", "AWS::URLSuffix"] }

  /// What is known without asking the cloud. What is not stands for itself.
  var context: ResolutionContext {
    var pseudo: [String: JSON] = [:]
    for name in ["AWS::AccountId", "AWS::Partition", "AWS::Region", "AWS::StackId", "AWS::StackName", "AWS::URLSuffix", "AWS::NotificationARNs", "Cld::HelperURL"] {
      pseudo[name] = ["Ref": .string(name)]
    }
    if let region {
      let isChina = region.hasPrefix("cn-")
      pseudo["AWS::Region"] = .string(region)
      pseudo["AWS::Partition"] = isChina ? "aws-cn" : region.hasPrefix("us-gov-") ? "aws-us-gov" : "aws"
      pseudo["AWS::URLSuffix"] = isChina ? "amazonaws.com.cn" : "amazonaws.com"
    }
    return ResolutionContext(pseudo: pseudo)
  }

  private var region: String? {
    let environment = ProcessInfo.processInfo.environment
    return ["AWS_REGION", "AWS_DEFAULT_REGION"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
  }

  func validate() throws {
    for text in parameters where !text.contains("=") || text.hasPrefix("=") {
      throw ValidationError("-p takes NAME=VALUE, and this is '\(text)'")
    }
  }
}
