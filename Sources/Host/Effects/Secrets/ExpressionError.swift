public import JSON

/// What is wrong with an expression in an effect, a template or a property.
public enum ExpressionError: Error, Hashable, Sendable, CustomStringConvertible {
  /// An object whose only member starts with `$` and is none of the expressions.
  case unknown(name: String, at: JSONPointer)
  /// The argument has the wrong shape.
  case malformed(name: String, at: JSONPointer, needs: String)
  /// The result is not UTF-8 text, where text is needed.
  case notText(at: JSONPointer)
  /// The argument of `$base64decode` is not base 64.
  case notBase64(at: JSONPointer)
  /// `$split` has fewer parts than the index asks for.
  case missingPart(index: Int, at: JSONPointer)
  /// The secret behind the handle cannot be read.
  case noSecret(handle: String, at: JSONPointer, reason: String)

  /// The place and the problem; never a secret.
  public var description: String {
    switch self {
    case .unknown(let name, let at): "\(at): \(name) is no expression that this host knows"
    case .malformed(let name, let at, let needs): "\(at): \(name) needs \(needs)"
    case .notText(let at): "\(at): the result is not UTF-8 text"
    case .notBase64(let at): "\(at): the value is not base 64"
    case .missingPart(let index, let at): "\(at): there is no part \(index)"
    case .noSecret(let handle, let at, let reason): "\(at): the secret \(handle) cannot be read: \(reason)"
    }
  }
}
