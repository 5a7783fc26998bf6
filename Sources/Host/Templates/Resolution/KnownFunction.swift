internal import JSON

/// Why a function of known arguments has no result.
struct FunctionFailure: Error {
  let sentence: String
}

/// The functions whose result follows from their arguments alone.
enum KnownFunction {
  /// The result; nil as long as an argument waits for a resource.
  static func result(_ name: String, _ argument: JSON) throws(FunctionFailure) -> JSON? {
    switch name {
    case "Fn::Join":
      guard let parts = argument.array, parts.count == 2, let separator = parts[0].scalarText, let list = parts[1].array else { return nil }
      let texts = list.compactMap(\.scalarText)
      return texts.count == list.count ? .string(texts.joined(separator: separator)) : nil
    case "Fn::Split":
      guard let parts = argument.array, parts.count == 2, let separator = parts[0].scalarText, let text = parts[1].scalarText else { return nil }
      guard !separator.isEmpty else { throw FunctionFailure(sentence: "the delimiter of Fn::Split is empty") }
      return .array(text.split(separator: separator, omittingEmptySubsequences: false).map { .string(String($0)) })
    case "Fn::Select":
      guard let parts = argument.array, parts.count == 2, let index = parts[0].scalarText, let list = parts[1].array else { return nil }
      guard let index = Int(index), list.indices.contains(index) else {
        throw FunctionFailure(sentence: "Fn::Select has no element \(index) in a list of \(list.count)")
      }
      return list[index]
    case "Fn::Cidr": return try cidr(argument)
    case "Fn::Length":
      guard argument.function == nil else { return nil }
      guard let list = argument.array else { throw FunctionFailure(sentence: "Fn::Length takes a list, and this is \(argument.kind)") }
      return .string(String(list.count))
    case "Fn::ToJsonString": return argument.hasFunction ? nil : .string(argument.text)
    default: return nil
    }
  }

  private static func cidr(_ argument: JSON) throws(FunctionFailure) -> JSON? {
    guard let parts = argument.array, (2...3).contains(parts.count) else { return nil }
    let texts = parts.compactMap(\.scalarText)
    guard texts.count == parts.count else { return nil }
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
  fileprivate var hasFunction: Bool {
    if function != nil { return true }
    switch self {
    case .array(let elements): return elements.contains(where: \.hasFunction)
    case .object(let members): return members.values.contains(where: \.hasFunction)
    default: return false
    }
  }
}
