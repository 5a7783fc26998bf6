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

  /// `file:line:column: sentence`.
  public var description: String { "\(file):\(line):\(column): \(problem)" }
}

/// A YAML or JSON file as a value that remembers where each part stands.
public struct SourceDocument: Sendable {
  /// The file as the user named it.
  public let file: String
  /// The content.
  public let value: JSON
  private let places: [JSONPointer: Place]

  /// A line and a column, both from 1.
  struct Place: Hashable, Sendable {
    var line: Int
    var column: Int
  }

  /// Parses the text. JSON is YAML too (YAML 1.2), so one parser reads both.
  /// - Throws: `SourceError` for a text that is not YAML, a duplicate key, an alias or a key that is no text.
  public init(text: String, file: String) throws(SourceError) {
    let node: Node?
    do {
      node = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw Self.error(error, file: file, text: text)
    } catch {
      throw SourceError(file: file, line: 1, column: 1, problem: "cannot be read: \(error)")
    }
    guard let node else { throw SourceError(file: file, line: 1, column: 1, problem: "is empty") }
    var places: [JSONPointer: Place] = [:]
    value = try Self.convert(node, at: JSONPointer(), file: file, places: &places)
    self.file = file
    self.places = places
  }

  /// A problem at a place of the value; where the place itself is not in the file, at the nearest part around it.
  public func error(at pointer: JSONPointer, _ problem: String) -> SourceError {
    var tokens = pointer.tokens
    while places[JSONPointer(tokens)] == nil, !tokens.isEmpty { tokens.removeLast() }
    let place = places[JSONPointer(tokens)] ?? Place(line: 1, column: 1)
    return SourceError(file: file, line: place.line, column: place.column, problem: problem)
  }

  private static func convert(
    _ node: Node, at pointer: JSONPointer, file: String, places: inout [JSONPointer: Place]
  ) throws(SourceError) -> JSON {
    let mark = Place(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    if places[pointer] == nil { places[pointer] = mark }
    guard pointer.tokens.count < 64 else {
      throw SourceError(file: file, line: mark.line, column: mark.column, problem: "is nested deeper than 64 levels")
    }
    switch node {
    case .mapping(let mapping):
      var members: [String: JSON] = [:]
      for (key, value) in mapping {
        let place = Place(line: key.mark?.line ?? mark.line, column: key.mark?.column ?? mark.column)
        guard let name = key.scalar?.string else {
          throw SourceError(file: file, line: place.line, column: place.column, problem: "a key must be a text")
        }
        guard members[name] == nil else {
          throw SourceError(file: file, line: place.line, column: place.column, problem: "'\(name)' is given twice")
        }
        let inner = pointer.appending(name)
        places[inner] = place
        members[name] = try convert(value, at: inner, file: file, places: &places)
      }
      return .object(members)
    case .sequence(let sequence):
      var elements: [JSON] = []
      for (index, element) in sequence.enumerated() {
        elements.append(try convert(element, at: pointer.appending(String(index)), file: file, places: &places))
      }
      return .array(elements)
    case .scalar(let scalar): return plain(scalar, node)
    case .alias:
      throw SourceError(file: file, line: mark.line, column: mark.column, problem: "an alias is not allowed here: write the value out")
    }
  }

  /// Yams names the mapping; people need the second of the two keys: the second line from there that starts with it, as deep as the first.
  private static func duplicate(of key: String, from mark: Mark, file: String, text: String) -> SourceError {
    let places = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().dropFirst(max(0, mark.line - 1))
      .compactMap { index, line -> Place? in
        let indent = line.prefix { $0 == " " || $0 == "-" }.count
        return line.dropFirst(indent).hasPrefix("\(key):") ? Place(line: index + 1, column: indent + 1) : nil
      }
    let second = places.dropFirst().first { $0.column == places[0].column } ?? Place(line: mark.line, column: mark.column)
    return SourceError(file: file, line: second.line, column: second.column, problem: "'\(key)' is given twice")
  }

  /// YAML 1.2's core schema: `yes` and `on` are texts.
  private static func plain(_ scalar: Node.Scalar, _ node: Node) -> JSON {
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
      SourceError(file: file, line: mark.line, column: mark.column, problem: "is not YAML: \(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      duplicate(of: duplicates.map { "\($0)" }.sorted().first ?? "a key", from: context.mark, file: file, text: text)
    default: SourceError(file: file, line: 1, column: 1, problem: "is not YAML: \(error)")
    }
  }
}
