/// AWS Signature Version 4 in the Authorization header (AWS General Reference, "Create a signed AWS API request").
/// Pure: the date and the credentials come from the caller.
public enum SigV4 {
  // Headers that proxies and libcurl may change or add; botocore leaves the same out.
  private static let unsigned: Set<String> = [
    "authorization", "connection", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer",
    "transfer-encoding", "upgrade", "user-agent", "x-amzn-trace-id",
  ]

  /// The request with `X-Amz-Date`, `X-Amz-Security-Token` (with temporary credentials), `X-Amz-Content-SHA256` (for
  /// S3, which demands it) and `Authorization`. Signing a signed request again replaces them.
  /// - Parameters:
  ///   - service: the signing name, such as `rds`.
  ///   - region: the signing region.
  public static func sign(
    _ request: HTTPRequest, credentials: AWSCredentials, service: String, region: String, date: Timestamp
  ) -> HTTPRequest {
    var signed = request
    let payload = Digest.sha256(request.body ?? []).hex
    signed.setHeader("Authorization", nil)
    signed.setHeader("X-Amz-Date", date.basic)
    signed.setHeader("X-Amz-Security-Token", credentials.sessionToken)
    if service == "s3" { signed.setHeader("X-Amz-Content-SHA256", payload) }

    let headers = canonicalHeaders(of: signed)
    let names = headers.map(\.name).joined(separator: ";")
    let canonical = canonicalRequest(signed, headers: headers, names: names, payload: payload, service: service)
    let day = String(date.basic.prefix(8))
    let scope = "\(day)/\(region)/\(service)/aws4_request"
    let text = "AWS4-HMAC-SHA256\n\(date.basic)\n\(scope)\n\(Digest.sha256(Array(canonical.utf8)).hex)"
    var key = Array("AWS4\(credentials.secretAccessKey)".utf8)
    for part in [day, region, service, "aws4_request"] { key = Digest.hmac(key: key, Array(part.utf8)) }
    let signature = Digest.hmac(key: key, Array(text.utf8)).hex
    signed.setHeader(
      "Authorization",
      "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope), SignedHeaders=\(names), Signature=\(signature)")
    return signed
  }

  static func canonicalRequest(
    _ request: HTTPRequest, headers: [HTTPHeader], names: String, payload: String, service: String
  ) -> String {
    [
      request.method.uppercased(), canonicalPath(request.url.path, service: service), canonicalQuery(request.url.query),
      headers.map { "\($0.name):\($0.value)\n" }.joined(), names, payload,
    ].joined(separator: "\n")
  }

  /// The path without dot segments and empty segments, each percent-encoded once more. S3 signs it as it is.
  static func canonicalPath(_ path: String, service: String) -> String {
    if service == "s3" { return path }
    var segments: [Substring] = []
    for segment in path.split(separator: "/") where segment != "." {
      if segment == ".." { _ = segments.popLast() } else { segments.append(segment) }
    }
    let tail = path.hasSuffix("/") && !segments.isEmpty ? "/" : ""
    return PercentEncoding.encode("/" + segments.joined(separator: "/") + tail, keeping: "/")
  }

  /// Name and value encoded strictly and sorted by bytes, by name, then by value; a name without `=` gets one.
  static func canonicalQuery(_ query: String?) -> String {
    let pairs = (query ?? "").split(separator: "&").map { pair in
      let equals = pair.firstIndex(of: "=") ?? pair.endIndex
      return (
        name: Array(PercentEncoding.encode(PercentEncoding.decode(pair[..<equals])).utf8),
        value: Array(PercentEncoding.encode(PercentEncoding.decode(pair[equals...].dropFirst())).utf8)
      )
    }
    return pairs.sorted { one, other in
      one.name == other.name
        ? one.value.lexicographicallyPrecedes(other.value) : one.name.lexicographicallyPrecedes(other.name)
    }
    .map { String(decoding: $0.name + [UInt8(ascii: "=")] + $0.value, as: UTF8.self) }
    .joined(separator: "&")
  }

  private static func canonicalHeaders(of request: HTTPRequest) -> [HTTPHeader] {
    var values: [String: [String]] = ["host": [request.url.authority]]
    for header in request.headers {
      let name = header.name.lowercased()
      if name == "host" || unsigned.contains(name) { continue }
      let words = header.value.split { $0 == " " || $0 == "\t" }
      values[name, default: []].append(words.joined(separator: " "))
    }
    return values.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      .map { HTTPHeader($0.key, $0.value.joined(separator: ",")) }
  }
}
