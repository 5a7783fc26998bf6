public import JSON
internal import Yams

/// A problem in a file of the user's, and where.
public struct SourceError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file as the user named it.
  public let file: String
  /// From 1.
  public let line: Int
  /// From 1.
  public let column: Int
  /// What is wrong and what to do.
  public let problem: String

  /// A problem at a place.
  public init(file: String, line: Int, column: Int, problem: String) {
    self.file = file
    self.line = line
    self.column = column
    self.problem = problem
  }

  /// `file:line:column: sentence`.
  public var description: String { "\(file):\(line):\(column): \(problem)" }
}

/// A YAML or JSON file as a value that remembers where each part stands.
public struct SourceDocument: Sendable {
  /// The file as the user named it.
  public let file: String
  /// The content.
  public let value: JSON
  let places: PlaceTree

  /// What kind of YAML a file may be.
  public enum Dialect: Sendable {
    /// A file of cld's own: no tags, no aliases.
    case plain
    /// A CloudFormation template: the short forms of the functions (`!Ref`), and aliases.
    case template

    fileprivate var deepest: Int { self == .plain ? 64 : 100 }
  }

  /// More values than any template of a megabyte writes out; only aliases of aliases make more.
  static let mostValues = 150_000

  /// A document of parts that others have given.
  init(file: String, value: JSON, places: PlaceTree) {
    self.file = file
    self.value = value
    self.places = places
  }

  /// Parses the text. JSON is YAML too (YAML 1.2), so one parser reads both.
  /// - Throws: `SourceError` for a text that is not YAML, a duplicate key, a key that is no text, and what the dialect does not have.
  public init(text: String, file: String, dialect: Dialect = .plain) throws(SourceError) {
    if let place = NestingScan.tooDeep(text, limit: 4 * dialect.deepest) {
      throw SourceError(file: file, line: place.line, column: place.column, problem: "is nested deeper than \(dialect.deepest) levels")
    }
    let node: Node?
    do {
      // What a scalar is, `plain` decides; the rules of Yams are regular expressions over each key.
      node = try Yams.compose(yaml: text, .basic)
    } catch let error as YamlError {
      throw Self.error(error, file: file, text: text)
    } catch {
      throw SourceError(file: file, line: 1, column: 1, problem: "cannot be read: \(error)")
    }
    guard let node else { throw SourceError(file: file, line: 1, column: 1, problem: "is empty") }
    var conversion = Conversion(file: file, dialect: dialect)
    (value, places) = try conversion.convert(node, depth: 0)
    self.file = file
  }

  /// A problem at a place of the value; where the place itself is not in the file, at the nearest part around it.
  public func error(at pointer: JSONPointer, _ problem: String) -> SourceError {
    let place = places.place(at: pointer, in: file)
    return SourceError(file: place.file, line: place.line, column: place.column, problem: problem)
  }

  /// One walk over the nodes.
  private struct Conversion {
    let file: String
    let dialect: Dialect
    private var count = 0

    init(file: String, dialect: Dialect) {
      self.file = file
      self.dialect = dialect
    }

    mutating func convert(_ node: Node, depth: Int) throws(SourceError) -> (JSON, PlaceTree) {
      var place = PlaceTree(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
      guard depth < dialect.deepest else { throw error(place, "is nested deeper than \(dialect.deepest) levels") }
      count += 1
      guard count < SourceDocument.mostValues else { throw error(place, "its aliases make more than \(SourceDocument.mostValues) values") }
      guard dialect == .template, let function = Self.function(node) else {
        let value = try untagged(node, &place, depth: depth)
        return (value, place)
      }
      var inner = place
      let argument = try untagged(node, &inner, depth: depth + 1)
      place.parts = .members([function: inner])
      // `!GetAZs` without more is about this region.
      return (.object([function: argument.isNull ? "" : argument]), place)
    }

    /// The value without regard to its tag; `place` gets the places inside.
    private mutating func untagged(_ node: Node, _ place: inout PlaceTree, depth: Int) throws(SourceError) -> JSON {
      switch node {
      case .mapping(let mapping):
        var members: [String: JSON] = Dictionary(minimumCapacity: mapping.count)
        var places: [String: PlaceTree] = Dictionary(minimumCapacity: mapping.count)
        for (key, value) in mapping {
          let mark = key.mark.map { PlaceTree(line: $0.line, column: $0.column) } ?? place
          guard let name = key.scalar?.string else { throw error(mark, "a key must be a text") }
          guard members[name] == nil else { throw error(mark, "'\(name)' is given twice") }
          let (member, inner) = try convert(value, depth: depth + 1)
          members[name] = member
          // A member is found where its key stands.
          var tree = mark
          tree.parts = inner.parts
          places[name] = tree
        }
        place.parts = .members(places)
        return .object(members)
      case .sequence(let sequence):
        var elements: [JSON] = []
        var places: [PlaceTree] = []
        elements.reserveCapacity(sequence.count)
        places.reserveCapacity(sequence.count)
        for element in sequence {
          let (value, tree) = try convert(element, depth: depth + 1)
          elements.append(value)
          places.append(tree)
        }
        place.parts = .elements(places)
        return .array(elements)
      case .scalar(let scalar): return SourceDocument.plain(scalar)
      case .alias: throw error(place, "an alias is not allowed here: write the value out")
      }
    }

    private func error(_ place: PlaceTree, _ problem: String) -> SourceError {
      SourceError(file: file, line: Int(place.line), column: Int(place.column), problem: problem)
    }

    /// The long form of a short tag: `!Sub` is `Fn::Sub`, `!Ref` and `!Condition` have no prefix
    /// (CloudFormation user guide, "Intrinsic function reference").
    private static func function(_ node: Node) -> String? {
      // `description` is the tag as written; `node.tag` would guess one by patterns for each scalar.
      let tag =
        switch node {
        case .scalar(let scalar): scalar.tag.description
        case .mapping(let mapping): mapping.tag.description
        case .sequence(let sequence): sequence.tag.description
        case .alias: ""
        }
      guard tag.hasPrefix("!"), tag.utf8.count > 1 else { return nil }
      let name = String(tag.dropFirst())
      return name == "Ref" || name == "Condition" || name.hasPrefix("Fn::") ? name : "Fn::\(name)"
    }
  }

  /// Yams names the mapping; people need the second of the two keys: the second line from there that starts with it, as deep as the first.
  private static func duplicate(of key: String, from mark: Mark, file: String, text: String) -> SourceError {
    let places = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().dropFirst(max(0, mark.line - 1))
      .compactMap { index, line -> (line: Int, column: Int)? in
        let indent = line.prefix { " \t-".contains($0) }.count
        let rest = line.dropFirst(indent)
        let isKey = [key, "\"\(key)\"", "'\(key)'"].contains { written in
          rest.hasPrefix(written) && rest.dropFirst(written.count).first { $0 != " " && $0 != "\t" } == ":"
        }
        return isKey ? (index + 1, indent + 1) : nil
      }
    let second = places.dropFirst().first { $0.column == places.first?.column } ?? (mark.line, mark.column)
    return SourceError(file: file, line: second.line, column: second.column, problem: "'\(key)' is given twice")
  }

  /// YAML 1.2's core schema: `yes` and `on` are texts.
  private static func plain(_ scalar: Node.Scalar) -> JSON {
    guard scalar.style == .plain else { return .string(scalar.string) }
    switch scalar.string {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    case let text:
      if let number = Int64(text) { return .int(number) }
      if let first = text.utf8.first, "+-.0123456789".utf8.contains(first), let number = Double(text) { return .double(number) }
      return .string(text)
    }
  }

  private static func error(_ error: YamlError, file: String, text: String) -> SourceError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
      // libyaml stops at a thousand levels by itself.
      SourceError(
        file: file, line: mark.line, column: mark.column,
        problem: problem.contains("nesting level") ? "is nested deeper than 100 levels" : "is not YAML: \(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      duplicate(of: duplicates.map { "\($0)" }.sorted().first ?? "a key", from: context.mark, file: file, text: text)
    default: SourceError(file: file, line: 1, column: 1, problem: "is not YAML: \(error)")
    }
  }
}
