/// A parameter whose value is a name of something that must be looked up before the template is resolved
/// ("CloudFormation-supplied parameter types" of the user guide).
public struct ParameterLookup: Hashable, Sendable {
  /// What has to be found.
  public enum Target: Hashable, Sendable {
    /// The value that Parameter Store keeps under the name, which becomes the parameter's (`AWS::SSM::Parameter::Value<...>`).
    case storedValue
    /// A name in Parameter Store, which only has to exist (`AWS::SSM::Parameter::Name`).
    case storedName
    /// A thing of that kind, such as `AWS::EC2::VPC::Id`, which only has to exist.
    case thing(kind: String)
  }

  /// The parameter.
  public let parameter: String
  /// Its type as the template writes it.
  public let type: String
  /// What has to be found for each of the texts.
  public let target: Target
  /// What was given, or the default; more than one for a list of things.
  public let texts: [String]

  /// The look-up that a parameter needs; nil for a type of the language itself.
  init?(parameter: String, type: String, text: String) {
    let ofStore = "AWS::SSM::Parameter::Value<"
    if type.hasPrefix(ofStore) {
      (target, texts) = (.storedValue, [text])
    } else if type == "AWS::SSM::Parameter::Name" {
      (target, texts) = (.storedName, [text])
    } else if type.hasPrefix("AWS::") {
      (target, texts) = (.thing(kind: type), [text])
    } else if type.hasPrefix("List<AWS::") {
      (target, texts) = (.thing(kind: String(type.dropFirst("List<".count).dropLast())), ParameterType.elements(of: text))
    } else {
      return nil
    }
    self.parameter = parameter
    self.type = type
  }
}
