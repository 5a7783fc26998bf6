internal import Contract
public import JSON

/// Evaluates the expressions of a JSON tree into plain JSON. What comes out holds secrets in clear: it goes to the wire
/// and nowhere else.
public struct ExpressionEvaluator: Sendable {
  /// The value behind a handle.
  public let secret: @Sendable (String) throws -> String
  /// The client token for a key: 32 hexadecimal digits, the same for every retry of the effect.
  public let token: @Sendable (String) -> String

  /// An evaluator with these look-ups of handles and token keys.
  public init(
    secret: @escaping @Sendable (String) throws -> String, token: @escaping @Sendable (String) -> String
  ) {
    self.secret = secret
    self.token = token
  }

  /// The tree with every expression replaced by its text.
  public func evaluate(_ tree: JSON, at pointer: JSONPointer = JSONPointer()) throws(ExpressionError) -> JSON {
    if Expression.form(of: tree) != nil {
      guard let text = String(validating: try bytes(of: Expression(tree, at: pointer), at: pointer), as: UTF8.self) else {
        throw ExpressionError.notText(at: pointer)
      }
      return .string(text)
    }
    switch tree {
    case .array(let elements):
      var out: [JSON] = []
      for (index, element) in elements.enumerated() {
        out.append(try evaluate(element, at: pointer.appending(String(index))))
      }
      return .array(out)
    case .object(let members):
      var out: [String: JSON] = [:]
      for (key, member) in members { out[key] = try evaluate(member, at: pointer.appending(key)) }
      return .object(out)
    default: return tree
    }
  }

  /// The value of one expression as bytes: between `$base64decode` and `$base64` there may be anything.
  func bytes(of expression: Expression, at pointer: JSONPointer) throws(ExpressionError) -> [UInt8] {
    switch expression {
    case .text(let text): return Array(text.utf8)
    case .token(let key): return Array(token(key).utf8)
    case .secret(let handle):
      do { return Array(try secret(handle).utf8) } catch {
        throw ExpressionError.noSecret(handle: handle, at: pointer, reason: "\(error)")
      }
    case .json(let tree, let place): return try evaluate(tree, at: place).bytes
    case .concat(let parts):
      var out: [UInt8] = []
      for part in parts { out += try bytes(of: part, at: pointer) }
      return out
    case .base64(let inner): return Array(Base64.encode(try bytes(of: inner, at: pointer)).utf8)
    case .base64decode(let inner):
      guard let decoded = Base64.decode(try bytes(of: inner, at: pointer)) else {
        throw ExpressionError.notBase64(at: pointer)
      }
      return decoded
    case .urlencode(let inner): return Array(PercentEncoding.encode(try bytes(of: inner, at: pointer)).utf8)
    case .split(let separator, let inner, let index):
      let parts = Self.split(try bytes(of: inner, at: pointer), by: Array(separator.utf8))
      guard parts.indices.contains(index) else { throw ExpressionError.missingPart(index: index, at: pointer) }
      return parts[index]
    }
  }

  private static func split(_ bytes: [UInt8], by separator: [UInt8]) -> [[UInt8]] {
    var parts: [[UInt8]] = []
    var part: [UInt8] = []
    var rest = bytes[...]
    while let byte = rest.first {
      if rest.starts(with: separator) {
        parts.append(part)
        part = []
        rest = rest.dropFirst(separator.count)
      } else {
        part.append(byte)
        rest = rest.dropFirst()
      }
    }
    return parts + [part]
  }
}
