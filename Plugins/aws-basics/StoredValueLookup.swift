internal import AWSDriver
internal import JSON
internal import PluginKit

/// `Cld::AWS::SSMParameterValue`: what stands in Parameter Store under a name, for parameters of the types `AWS::SSM::Parameter::Value<...>`.
enum StoredValueLookup {
  static let handlers = awsType("Cld::AWS::SSMParameterValue", kind: .lookup, ["read": read])

  @Sendable private static func read(_ step: Step) throws -> Done {
    let name = try step.required("Name")
    let answer = try step.askIfFound(
      .ssm, "GetParameter", ["Name": .string(name)], select: ["/Parameter/Name", "/Parameter/Type", "/Parameter/Value"])
    guard let answer else {
      let region = step.config["region"]?.string ?? "this region"
      throw Failure(.notFound, "Parameter Store has no parameter \(name) in \(region); make it, or name another one", property: "/Name")
    }
    guard let value = answer["Parameter"]?["Value"]?.string else { throw Failure(.internal, "SSM answered a parameter without a value") }
    guard answer["Parameter"]?["Type"]?.string != "SecureString" else {
      throw Failure(.badRequest, "the parameter \(name) is a SecureString, whose value cannot be looked up; name a String or a StringList", property: "/Name")
    }
    return .ready(id: name, attributes: ["Value": .string(value)])
  }
}
