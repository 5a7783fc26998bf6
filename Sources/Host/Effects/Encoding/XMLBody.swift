internal import CExpat
internal import Glibc
public import JSON

/// Why a text is not XML that the host reads.
public struct XMLError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public let problem: String
  /// The line, from 1.
  public let line: Int

  /// The line and the problem.
  public var description: String { "line \(line): \(problem)" }
}

/// XML to JSON by the rule of docs/plugin-contract.md ("XML answers become JSON by one rule").
///
/// Namespaces are dropped. White space alone is no content. A document type declaration is refused, and with it every entity
/// but the five of XML itself: no answer of a cloud has one, and expansion is an old attack.
public enum XMLBody {
  /// Reads the whole document; the value is the content of its root element.
  /// - Parameters:
  ///   - deepest: the most levels of elements.
  ///   - longest: the longest text in bytes.
  public static func parse(_ bytes: [UInt8], deepest: Int = 64, longest: Int = 16 * 1024 * 1024) throws(XMLError) -> JSON {
    guard bytes.count <= longest else { throw XMLError(problem: "is longer than \(longest) bytes", line: 1) }
    // The separator stands between namespace and local name; no name has a line feed.
    guard let parser = XML_ParserCreateNS(nil, XML_Char(UInt8(ascii: "\n"))) else {
      throw XMLError(problem: "memory is short", line: 1)
    }
    defer { XML_ParserFree(parser) }
    let builder = XMLTreeBuilder(parser: parser, deepest: deepest)
    XML_SetUserData(parser, Unmanaged.passUnretained(builder).toOpaque())
    XML_SetElementHandler(
      parser,
      { XMLTreeBuilder.of($0)?.start($1, $2) },
      { context, _ in XMLTreeBuilder.of(context)?.end() })
    XML_SetCharacterDataHandler(parser) { XMLTreeBuilder.of($0)?.text($1, $2) }
    XML_SetStartDoctypeDeclHandler(parser) { context, _, _, _, _ in
      XMLTreeBuilder.of(context)?.refuse("has a document type declaration, which is refused")
    }
    let status = bytes.withUnsafeBytes { raw in
      raw.withMemoryRebound(to: CChar.self) { XML_Parse(parser, $0.baseAddress, Int32($0.count), 1) }
    }
    let line = Int(XML_GetCurrentLineNumber(parser))
    if let problem = builder.problem { throw XMLError(problem: problem, line: line) }
    guard status == XML_STATUS_OK, let root = builder.root else {
      let words = XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) }
      throw XMLError(problem: words ?? "is no XML", line: line)
    }
    return root
  }
}
