public import JSON

/// An expression in a JSON tree: an object with exactly one member, whose name starts with `$`
/// (docs/plugin-contract.md, "Expressions in effects").
public indirect enum Expression: Hashable, Sendable {
  case text(String)
  case secret(handle: String)
  case token(key: String)
  case concat([Expression])
  case base64(Expression)
  case base64decode(Expression)
  case split(separator: String, Expression, index: Int)
  case urlencode(Expression)
  /// The text of a JSON value, whose own expressions are evaluated first: how a secret gets into JSON that is itself a text.
  case json(JSON, at: JSONPointer)

  /// The name and the argument when a value has the form of an expression.
  public static func form(of json: JSON) -> (name: String, argument: JSON)? {
    guard let members = json.object, members.count == 1, let (name, argument) = members.first, name.hasPrefix("$") else {
      return nil
    }
    return (name, argument)
  }

  /// Reads a scalar or an expression at a place.
  public init(_ json: JSON, at pointer: JSONPointer) throws(ExpressionError) {
    guard let (name, argument) = Self.form(of: json) else {
      guard let text = json.scalarText else {
        throw ExpressionError.malformed(name: "the operand", at: pointer, needs: "a scalar or an expression")
      }
      self = .text(text)
      return
    }
    let inner = pointer.appending(name)
    func text(_ needs: String) throws(ExpressionError) -> String {
      guard let text = argument.string, !text.isEmpty else {
        throw ExpressionError.malformed(name: name, at: pointer, needs: needs)
      }
      return text
    }
    switch name {
    case "$secret": self = .secret(handle: try text("a handle"))
    case "$token": self = .token(key: try text("a key"))
    case "$base64": self = .base64(try Expression(argument, at: inner))
    case "$base64decode": self = .base64decode(try Expression(argument, at: inner))
    case "$urlencode": self = .urlencode(try Expression(argument, at: inner))
    case "$json":
      _ = try Self.handles(in: argument, at: inner)
      self = .json(argument, at: inner)
    case "$concat":
      guard let elements = argument.array else {
        throw ExpressionError.malformed(name: name, at: pointer, needs: "an array")
      }
      var parts: [Expression] = []
      for (index, element) in elements.enumerated() {
        parts.append(try Expression(element, at: inner.appending(String(index))))
      }
      self = .concat(parts)
    case "$split":
      guard let elements = argument.array, elements.count == 3, let separator = elements[0].string, !separator.isEmpty,
        let index = elements[2].int, index >= 0
      else {
        throw ExpressionError.malformed(name: name, at: pointer, needs: "[separator, value, index]")
      }
      self = .split(separator: separator, try Expression(elements[1], at: inner.appending("1")), index: Int(index))
    default: throw ExpressionError.unknown(name: name, at: pointer)
    }
  }

  /// The handles of secrets that it uses.
  public var handles: Set<String> {
    switch self {
    case .text, .token: []
    case .secret(let handle): [handle]
    // Its expressions were read when it was made.
    case .json(let tree, let pointer): (try? Self.handles(in: tree, at: pointer)) ?? []
    case .concat(let parts): parts.reduce(into: []) { $0.formUnion($1.handles) }
    case .base64(let inner), .base64decode(let inner), .urlencode(let inner), .split(_, let inner, _): inner.handles
    }
  }

  /// Checks every expression of a tree and lists the handles of secrets that they use.
  public static func handles(in tree: JSON, at pointer: JSONPointer = JSONPointer()) throws(ExpressionError) -> Set<String> {
    if form(of: tree) != nil { return try Expression(tree, at: pointer).handles }
    var handles: Set<String> = []
    switch tree {
    case .array(let elements):
      for (index, element) in elements.enumerated() {
        handles.formUnion(try Self.handles(in: element, at: pointer.appending(String(index))))
      }
    case .object(let members):
      for (key, member) in members { handles.formUnion(try Self.handles(in: member, at: pointer.appending(key))) }
    default: break
    }
    return handles
  }
}
