/// The little of HTTP/1.1 (RFC 9112) that one request over one connection needs.
enum HTTPMessage {
  static func request(method: String, target: String, headers: [(String, String)], body: [UInt8]) -> [UInt8] {
    var head = "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    for (name, value) in headers { head += "\(name): \(value)\r\n" }
    head += "Content-Length: \(body.count)\r\n\r\n"
    return Array(head.utf8) + body
  }

  /// Status and body of a whole response; nil when it is cut off.
  static func response(_ bytes: [UInt8]) -> (status: Int, body: [UInt8])? {
    guard let end = firstRange(of: [13, 10, 13, 10], in: bytes[...]) else { return nil }
    let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
    guard let first = lines.first, let status = first.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else { return nil }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      headers[line[..<colon].lowercased()] = String(value)
    }
    let rest = bytes[(end + 4)...]
    if headers["transfer-encoding"]?.lowercased() == "chunked" { return unchunk(rest).map { (status, $0) } }
    if let length = headers["content-length"].flatMap({ Int($0) }) {
      return rest.count >= length ? (status, Array(rest.prefix(length))) : nil
    }
    return (status, Array(rest))
  }

  private static func unchunk(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
    var rest = bytes
    var out: [UInt8] = []
    while let end = firstRange(of: [13, 10], in: rest) {
      let size = String(decoding: rest[rest.startIndex..<end], as: UTF8.self).prefix { $0 != ";" }
      guard let count = Int(size, radix: 16) else { return nil }
      if count == 0 { return out }
      rest = rest[(end + 2)...]
      guard rest.count >= count + 2 else { return nil }
      out += rest.prefix(count)
      rest = rest.dropFirst(count + 2)
    }
    return nil
  }

  private static func firstRange(of needle: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
    guard bytes.count >= needle.count else { return nil }
    for index in bytes.startIndex...(bytes.endIndex - needle.count) where bytes[index] == needle[0] {
      if bytes[index..<(index + needle.count)].elementsEqual(needle) { return index }
    }
    return nil
  }

  /// Percent-encodes a part of a path or query (RFC 3986, unreserved characters stay).
  static func encode(_ text: String) -> String {
    text.utf8.map { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e: String(UnicodeScalar(byte))
      default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }.joined()
  }
}
