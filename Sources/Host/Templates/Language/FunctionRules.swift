internal import JSON

/// Where a value stands, which decides what functions it may use.
enum FunctionContext {
  case property, output, metadata
  /// Conditions are decided before anything exists: only parameters, pseudo parameters and mappings.
  case condition
  /// The same, with the functions of rules.
  case rule

  var seesResources: Bool { self == .property || self == .output || self == .metadata }
}

/// What a value is once its functions are called, as far as the template tells.
enum ValueShape {
  case text, list, unknown
}

/// Which functions there are ("Intrinsic function reference", "Rule-specific intrinsic functions").
enum FunctionRules {
  static let conditions: Set<String> = ["Condition", "Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals"]
  static let ruleConditions: Set<String> = ["Fn::Contains", "Fn::EachMemberEquals", "Fn::EachMemberIn"]
  static let rules: Set<String> = ruleConditions.union(["Fn::RefAll", "Fn::ValueOf", "Fn::ValueOfAll"])
  static let values: Set<String> = [
    "Ref", "Fn::GetAtt", "Fn::Sub", "Fn::Join", "Fn::Split", "Fn::Select", "Fn::Base64", "Fn::Cidr", "Fn::FindInMap", "Fn::GetAZs",
    "Fn::ImportValue", "Fn::If", "Fn::Transform",
  ]
  /// "AWS::LanguageExtensions transform".
  static let extensions: Set<String> = ["Fn::Length", "Fn::ToJsonString", "Fn::ForEach"]
  static let all = values.union(extensions).union(conditions).union(rules)
}

extension JSON {
  /// The one member of an object that has one.
  var singleMember: (String, JSON)? {
    guard let object, object.count == 1, let (name, value) = object.first else { return nil }
    return (name, value)
  }

  /// The function that the value calls.
  var function: (name: String, argument: JSON)? {
    guard let (name, argument) = singleMember, name == "Ref" || name.hasPrefix("Fn::") else { return nil }
    return (name, argument)
  }
}
