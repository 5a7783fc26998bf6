public import JSON

/// What is wrong in a manifest or a type's schema, and where.
public struct ManifestError: Error, Hashable, Sendable {
  /// The file as the caller named it.
  public var file: String
  /// Line and column, from 1.
  public var place: JSONPlace
  /// What is wrong there.
  public var problem: ManifestProblem

  /// A problem at a place.
  public init(file: String, place: JSONPlace, problem: ManifestProblem) {
    self.file = file
    self.place = place
    self.problem = problem
  }
}

/// The facts; the words are made in `ManifestError.description`.
public enum ManifestProblem: Hashable, Sendable {
  case unreadable(errno: Int32)
  case tooLarge(limit: Int)
  case tooDeep(limit: Int)
  case syntax(String)
  case unknownKey(String, near: String?)
  case missingKey(String)
  case wrongKind(key: String, expected: String, found: String)
  case notOneOf(key: String, value: String, allowed: [String])
  case outOfRange(key: String, value: Int64, allowed: ClosedRange<Int64>)
  case malformed(key: String, value: String, expected: String)
  case leavesFolder(path: String)
  case duplicate(what: String, value: String)
  case opNotOfKind(op: String, kind: String)
  case missingOp(op: String, kind: String)
  case expandWithoutAlias
  case schemaMissing
  case otherTypeName(expected: String, found: String)
  case unknownProperty(pointer: String)
  case emptyRange(min: Int64, max: Int64)
  case pluginFolder(name: String, folder: String)
  case notAnObject(found: String)
  case keyOnlyFor(key: String, needs: String)
}

extension ManifestError: CustomStringConvertible {
  /// `file:line:column: sentence`.
  public var description: String { "\(file):\(place): \(problem)" }
}

extension ManifestProblem: CustomStringConvertible {
  /// What is wrong, in words, without the place.
  public var description: String {
    switch self {
    case .unreadable(let errno): "the file cannot be read (error \(errno))"
    case .tooLarge(let limit): "the file has more than \(limit / 1024) KiB"
    case .tooDeep(let limit): "the file has more than \(limit) levels of arrays and objects"
    case .syntax(let message): "not JSON: \(message)"
    case .unknownKey(let key, let near):
      "unknown key \"\(key)\"" + (near.map { "; did you mean \"\($0)\"?" } ?? "; keys of your own start with \"x-\"")
    case .missingKey(let key): "the key \"\(key)\" is missing"
    case .wrongKind(let key, let expected, let found): "\"\(key)\" is \(found); it must be \(expected)"
    case .notOneOf(let key, let value, let allowed):
      "\"\(key)\" is \"\(value)\"; it must be one of \(allowed.joined(separator: ", "))"
    case .outOfRange(let key, let value, let allowed):
      "\"\(key)\" is \(value); it must be from \(allowed.lowerBound) to \(allowed.upperBound)"
    case .malformed(let key, let value, let expected): "\"\(key)\" is \"\(value)\"; it must be \(expected)"
    case .leavesFolder(let path):
      "the path \"\(path)\" may leave the plugin's folder; it must be relative, without \"..\" and \".\""
    case .duplicate(let what, let value): "the \(what) \"\(value)\" is given twice"
    case .opNotOfKind(let op, let kind): "the operation \"\(op)\" is not one of kind \(kind)"
    case .missingOp(let op, let kind): "kind \(kind) needs the operation \"\(op)\""
    case .expandWithoutAlias: "the operation \"expand-resource\" needs an \"alias\""
    case .schemaMissing: "the key \"schema\" is missing; only a coe has none"
    case .otherTypeName(let expected, let found): "\"typeName\" is \"\(found)\"; the manifest provides \"\(expected)\""
    case .unknownProperty(let pointer): "\"\(pointer)\" names no property of this schema"
    case .emptyRange(let min, let max): "the range from \(min) to \(max) is empty"
    case .pluginFolder(let name, let folder): "the plugin is named \"\(name)\" but its folder is \"\(folder)\""
    case .notAnObject(let found): "the file holds \(found); it must hold an object"
    case .keyOnlyFor(let key, let needs): "\"\(key)\" is only allowed with \(needs)"
    }
  }
}
