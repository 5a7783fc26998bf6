/// An absolute http or https URL in its parts, all percent-encoded as they go over the wire.
public struct HTTPURL: Hashable, Sendable, CustomStringConvertible {
  /// `http` or `https`.
  public var scheme: String
  /// Host without port, in lower case; an IPv6 address has its brackets.
  public var host: String
  /// The port when the URL names one that is not the scheme's own.
  public var port: Int?
  /// Starts with `/`.
  public var path: String
  /// Without the `?`; nil when there is none.
  public var query: String?

  /// Reads a URL. Nil unless the scheme is http or https, there is a host, and there is no user, password or
  /// fragment, no white space and no control character.
  public init?(_ text: String) {
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: "\\") }),
      let schemeEnd = text.firstRange(of: "://")
    else { return nil }
    scheme = text[..<schemeEnd.lowerBound].lowercased()
    guard scheme == "http" || scheme == "https" else { return nil }
    let rest = text[schemeEnd.upperBound...]
    let authorityEnd = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
    let authority = rest[..<authorityEnd]
    guard !authority.contains("@") else { return nil }
    // The colon of a port stands after the bracket of an IPv6 address.
    let bracket = authority.lastIndex(of: "]")
    if let colon = authority.lastIndex(of: ":"), bracket.map({ colon > $0 }) ?? true {
      host = authority[..<colon].lowercased()
      guard let number = Int(authority[authority.index(after: colon)...]), (1...65535).contains(number) else { return nil }
      port = number == (scheme == "https" ? 443 : 80) ? nil : number
    } else {
      host = authority.lowercased()
      port = nil
    }
    let plain = host.utf8.allSatisfy { byte in
      Character(UnicodeScalar(byte)).isLetter || Character(UnicodeScalar(byte)).isNumber || "-._:[]".utf8.contains(byte)
    }
    guard !host.isEmpty, plain else { return nil }
    let tail = rest[authorityEnd...]
    let question = tail.firstIndex(of: "?")
    let path = String(tail[..<(question ?? tail.endIndex)])
    self.path = path.isEmpty ? "/" : path
    query = question.map { String(tail[tail.index(after: $0)...]) }
  }

  /// Host and port as the Host header has them (RFC 9110, 7.2): no port when it is the scheme's own.
  public var authority: String { port.map { "\(host):\($0)" } ?? host }

  /// The URL as text.
  public var description: String { "\(scheme)://\(authority)\(path)\(query.map { "?\($0)" } ?? "")" }
}
