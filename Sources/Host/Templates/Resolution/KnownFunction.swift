internal import Contract
internal import JSON

/// Why a function of known arguments has no result.
struct FunctionFailure: Error {
  let sentence: String
}

/// The functions whose result follows from their arguments alone: the same before anything exists and when resources have become known.
///
/// A secret is an expression, an object with one member that starts with `$`. What a function makes of one is an expression again, for the
/// effect layer; a function that would have to look into one fails.
enum KnownFunction {
  /// The result; nil as long as an argument waits for a resource.
  static func result(_ name: String, _ argument: JSON) throws(FunctionFailure) -> JSON? {
    switch name {
    case "Fn::Join": return try join(argument)
    case "Fn::Split": return try split(argument)
    case "Fn::Select": return try select(argument)
    case "Fn::Base64":
      if let text = argument.scalarText { return .string(Base64.encode(Array(text.utf8))) }
      return argument.isExpression ? ["$base64": argument] : try waiting(argument, name, "a text")
    case "Fn::Cidr": return try cidr(argument)
    case "Fn::Length":
      if let list = argument.array { return .string(String(list.count)) }
      return try waiting(argument, name, "a list")
    case "Fn::ToJsonString":
      if argument.hasFunction { return nil }
      return argument.hasExpression ? ["$json": argument] : .string(argument.text)
    default: return nil
    }
  }

  /// Nil for an argument that is a function still; a failure for anything else.
  private static func waiting(_ argument: JSON?, _ name: String, _ wanted: String) throws(FunctionFailure) -> JSON? {
    guard let argument else { throw FunctionFailure(sentence: "\(name) has an argument too few") }
    if argument.function != nil { return nil }
    if argument.isExpression { throw FunctionFailure(sentence: "\(name) would have to look into a secret, which only the cloud may see") }
    throw FunctionFailure(sentence: "\(name) takes \(wanted), and this is \(argument.kind)")
  }

  private static func join(_ argument: JSON) throws(FunctionFailure) -> JSON? {
    guard let separator = argument[0], let list = argument[1]?.array else { return try waiting(argument[1] ?? argument, "Fn::Join", "a list") }
    guard separator.scalarText != nil || separator.isExpression else { return try waiting(separator, "Fn::Join", "a text as its delimiter") }
    for element in list where element.scalarText == nil && !element.isExpression {
      if try waiting(element, "Fn::Join", "texts") == nil { return nil }
    }
    let separators = separator == "" ? [] : [separator]
    return JSON.concatenated(Array(list.map { [$0] }.joined(separator: separators)))
  }

  private static func split(_ argument: JSON) throws(FunctionFailure) -> JSON? {
    guard let separator = argument[0]?.scalarText else { return try waiting(argument[0], "Fn::Split", "a text as its delimiter") }
    guard !separator.isEmpty else { throw FunctionFailure(sentence: "the delimiter of Fn::Split is empty") }
    guard let text = argument[1]?.scalarText else {
      // Fn::Select can take a part of a secret; it finds the call as it stands.
      if argument[1]?.isExpression == true { return nil }
      return try waiting(argument[1], "Fn::Split", "a text")
    }
    return .array(text.split(separator: separator, omittingEmptySubsequences: false).map { .string(String($0)) })
  }

  private static func select(_ argument: JSON) throws(FunctionFailure) -> JSON? {
    guard let text = argument[0]?.scalarText else { return try waiting(argument[0], "Fn::Select", "a whole number") }
    guard let index = Int(text), index >= 0 else { throw FunctionFailure(sentence: "the index of Fn::Select must be a whole number, and is '\(text)'") }
    if let list = argument[1]?.array {
      guard list.indices.contains(index) else { throw FunctionFailure(sentence: "Fn::Select has no element \(index) in a list of \(list.count)") }
      return list[index]
    }
    if let (name, parts) = argument[1]?.function, name == "Fn::Split", let separator = parts[0]?.scalarText, let text = parts[1], text.isExpression {
      return ["$split": [.string(separator), text, .int(Int64(index))]]
    }
    return try waiting(argument[1], "Fn::Select", "a list")
  }

  private static func cidr(_ argument: JSON) throws(FunctionFailure) -> JSON? {
    guard let parts = argument.array, (2...3).contains(parts.count) else { return try waiting(argument, "Fn::Cidr", "a list of 2 to 3") }
    var texts: [String] = []
    for part in parts {
      guard let text = part.scalarText else { return try waiting(part, "Fn::Cidr", "texts") }
      texts.append(text)
    }
    guard let block = CIDRBlock(texts[0]) else { throw FunctionFailure(sentence: "'\(texts[0])' is not a network such as 10.0.0.0/16") }
    let hostBits = texts.count == 3 ? Int(texts[2]) : texts[0].contains(":") ? 64 : 8
    guard let count = Int(texts[1]), let hostBits, let subnets = block.subnets(count: count, hostBits: hostBits) else {
      throw FunctionFailure(sentence: "\(texts[0]) has no \(texts[1]) networks of \(texts.count == 3 ? texts[2] : "the default") bits")
    }
    return .array(subnets.map { .string($0) })
  }
}

extension JSON {
  /// Whether a function is left anywhere in the value.
  var hasFunction: Bool {
    if function != nil { return true }
    switch self {
    case .array(let elements): return elements.contains(where: \.hasFunction)
    case .object(let members): return members.values.contains(where: \.hasFunction)
    default: return false
    }
  }

  /// Whether the value stands for one that only the effect layer sees.
  var isExpression: Bool { singleMember?.0.hasPrefix("$") == true }

  /// Whether such a value is anywhere in it.
  var hasExpression: Bool {
    if isExpression { return true }
    switch self {
    case .array(let elements): return elements.contains(where: \.hasExpression)
    case .object(let members): return members.values.contains(where: \.hasExpression)
    default: return false
    }
  }
}
