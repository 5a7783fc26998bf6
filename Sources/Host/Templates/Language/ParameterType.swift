internal import JSON

/// The types of parameters and what values they take ("CloudFormation-supplied parameter types" of the user guide).
enum ParameterType {
  /// The types of the language itself and of AWS, written out.
  static let known: Set<String> = Set(
    ["String", "Number", "List<Number>", "List<String>", "CommaDelimitedList", "AWS::SSM::Parameter::Name"]
      + aws.flatMap { [$0, "List<\($0)>"] }
      + (["String", "List<String>", "CommaDelimitedList"] + aws.flatMap { [$0, "List<\($0)>"] }).map { "AWS::SSM::Parameter::Value<\($0)>" })

  private static let aws = [
    "AWS::EC2::AvailabilityZone::Name", "AWS::EC2::Image::Id", "AWS::EC2::Instance::Id", "AWS::EC2::KeyPair::KeyName",
    "AWS::EC2::SecurityGroup::GroupName", "AWS::EC2::SecurityGroup::Id", "AWS::EC2::Subnet::Id", "AWS::EC2::VPC::Id",
    "AWS::EC2::Volume::Id", "AWS::Route53::HostedZone::Id",
  ]

  static func isKnown(_ type: String) -> Bool { known.contains(type) }

  /// Whether a reference to a parameter of the type is a list.
  static func isList(_ type: String) -> Bool { type == "CommaDelimitedList" || type.hasPrefix("List<") || type.contains("<List<") || type.contains("<CommaDelimitedList>") }

  /// Swift reads `nan` and `0x10` too.
  private static func isNumber(_ text: String) -> Bool { Double(text) != nil && text.utf8.allSatisfy("+-.0123456789eE".utf8.contains) }

  /// The elements of a list as a text gives them; a list without an element is the empty text.
  static func elements(of text: String) -> [String] {
    text.isEmpty ? [] : text.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmed }
  }

  /// What a reference to a parameter with that text gives.
  static func value(of text: String, type: String) -> JSON { isList(type) ? .array(elements(of: text).map { .string($0) }) : .string(text) }

  /// What is wrong with a value, as the end of a sentence; nil when nothing is.
  /// - Parameter isHidden: whether the sentence must not show the value.
  static func problem(of value: String, type: String, constraints: [String: JSON], isHidden: Bool = false) -> String? {
    let values = isList(type) ? value.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmed } : [value]
    func shown(_ text: String) -> String { isHidden ? "" : "'\(text)' " }
    if type == "Number" || type == "List<Number>" {
      for text in values where !isNumber(text) { return "\(shown(text))is not a number" }
    }
    if let allowed = constraints["AllowedValues"]?.array?.compactMap(\.scalarText), !type.hasPrefix("AWS::SSM::Parameter::Value<") {
      for text in values where !allowed.contains(text) { return "\(shown(text))is none of the allowed values: \(allowed.joined(separator: ", "))" }
    }
    func limit(_ key: String) -> Double? { constraints[key]?.scalarText.flatMap(Double.init) }
    if type == "String" {
      if let shortest = limit("MinLength"), Double(value.count) < shortest { return "is shorter than \(Int(shortest)) characters" }
      if let longest = limit("MaxLength"), Double(value.count) > longest { return "is longer than \(Int(longest)) characters" }
    }
    if type == "Number", let number = Double(value) {
      if let least = limit("MinValue"), number < least { return "is below \(least.plain)" }
      if let most = limit("MaxValue"), number > most { return "is above \(most.plain)" }
    }
    if type == "String" || type == "CommaDelimitedList", let text = constraints["AllowedPattern"]?.string, let pattern = TextPattern(text) {
      for value in values where pattern.matches(whole: value) == false {
        return constraints["ConstraintDescription"]?.string.map { "is not allowed: \($0)" } ?? "does not match \(text)"
      }
    }
    return nil
  }
}

extension Substring {
  var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}

extension Double {
  var plain: String { self == rounded() && abs(self) < 1e15 ? String(Int64(self)) : String(self) }
}
