/// A whole answer.
public struct HTTPResponse: Hashable, Sendable {
  /// The status code.
  public var status: Int
  /// Names in lower case; the values of a name that repeats are joined by ", " (RFC 9110, 5.3).
  public var headers: [String: String]
  /// The body, not decoded.
  public var body: [UInt8]

  /// A response; header names in lower case.
  public init(status: Int, headers: [String: String] = [:], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// Reads header lines as they came in, status line included.
  static func headers(ofLines bytes: [UInt8]) -> [String: String] {
    var headers: [String: String] = [:]
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")), !line.starts(with: "HTTP/".utf8) else { continue }
      let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
      let value = String(decoding: line[line.index(after: colon)...], as: UTF8.self).trimmed
      headers[name] = headers[name].map { "\($0), \(value)" } ?? value
    }
    return headers
  }
}
