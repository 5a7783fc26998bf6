public import Contract
internal import JSON

/// Writes the request of an effect whose expressions are already evaluated. Pure; nothing that a driver says can choose
/// the host, the method, a header of the host or another path than the manifest's.
public enum RequestBuilder {
  // What a driver may say; everything else belongs to the host.
  private static let allowedHeaders: Set<String> = [
    "accept", "accept-language", "content-language", "content-type", "if-match", "if-modified-since", "if-none-match",
    "if-unmodified-since", "prefer",
  ]

  /// - Parameter base: where the endpoint is.
  public static func build(
    _ effect: EffectRequest, call: Call, format: Endpoint.WireFormat, base: HTTPURL
  ) throws(EgressRefusal) -> HTTPRequest {
    var request = HTTPRequest(method: "POST", url: base)
    // Not even where repeating is safe: each try of a call that mutates is announced to the journal first.
    request.mayRepeat = !call.mutates
    if case .rest = format {
      guard let rest = call.rest else { throw EgressRefusal.wrongBody(format: "rest", needs: "a method and a path") }
      request.method = rest.method
      request.url.path = try path(rest.path, values: effect.path, base: base.path)
      let query = try pairs(effect.query, place: "query")
      request.url.query = query.isEmpty ? nil : PercentEncoding.form(query)
      request.headers = try headers(effect.headers)
      try setRESTBody(effect.body, of: &request)
      return request
    }
    if !effect.path.isEmpty { throw EgressRefusal.notREST("path") }
    if !effect.query.isEmpty { throw EgressRefusal.notREST("query") }
    request.headers = try headers(effect.headers)
    if let own = request.headers.first(where: { $0.name.lowercased() == "content-type" }) {
      throw EgressRefusal.forbiddenHeader(own.name)
    }
    switch format {
    case .awsQuery(let version):
      let fields: [String: JSON]
      switch effect.body {
      case .none: fields = [:]
      case .form(let members): fields = members
      case .json, .text: throw EgressRefusal.wrongBody(format: "aws-query", needs: "a form")
      }
      if let reserved = fields.keys.first(where: { $0 == "Action" || $0 == "Version" }) {
        throw EgressRefusal.reservedField(reserved)
      }
      let form = [(name: "Action", value: effect.call), (name: "Version", value: version)] + (try pairs(fields, place: "form"))
      request.setHeader("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
      request.body = Array(PercentEncoding.formBody(form).utf8)
    case .awsJSON(let prefix, let version):
      let body: JSON
      switch effect.body {
      case .none: body = [:]
      case .json(let json): body = json
      case .form, .text: throw EgressRefusal.wrongBody(format: "aws-json", needs: "JSON")
      }
      request.setHeader("Content-Type", "application/x-amz-json-\(version)")
      request.setHeader("X-Amz-Target", "\(prefix).\(effect.call)")
      request.body = body.bytes
    case .rest: break
    }
    return request
  }

  private static func setRESTBody(_ body: EffectRequest.Body, of request: inout HTTPRequest) throws(EgressRefusal) {
    func typed(_ type: String, _ bytes: [UInt8]) {
      if request.header("content-type") == nil { request.setHeader("Content-Type", type) }
      request.body = bytes
    }
    switch body {
    case .none:
      if ["POST", "PUT", "PATCH"].contains(request.method) { request.body = [] }
      request.setHeader("Content-Type", request.header("content-type") ?? (request.body == nil ? nil : "application/json"))
    case .json(let json): typed("application/json", json.bytes)
    case .form(let fields):
      typed("application/x-www-form-urlencoded", Array(PercentEncoding.form(try pairs(fields, place: "form")).utf8))
    case .text(let text):
      guard let text = text.scalarText else { throw EgressRefusal.notScalar(place: "text") }
      typed("text/plain; charset=utf-8", Array(text.utf8))
    }
  }

  /// Each parameter is percent-encoded whole, so that a value stays in its segment.
  static func path(_ pattern: String, values: [String: JSON], base: String) throws(EgressRefusal) -> String {
    var out = base == "/" ? "" : base
    var used: Set<String> = []
    var rest = pattern[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      let name = String(rest[rest.index(after: open)..<close])
      guard let json = values[name], !json.isNull else { throw EgressRefusal.missingPathParameter(name) }
      guard let value = json.scalarText else { throw EgressRefusal.notScalar(place: "path.\(name)") }
      guard !value.isEmpty, value != ".", value != ".." else {
        throw EgressRefusal.badPathParameter(name: name, value: value)
      }
      used.insert(name)
      out += rest[..<open] + PercentEncoding.encode(value)
      rest = rest[rest.index(after: close)...]
    }
    out += rest
    if let unknown = values.keys.filter({ !used.contains($0) }).min() { throw EgressRefusal.unknownPathParameter(unknown) }
    // Two parameters side by side may make dots of harmless halves.
    if let dots = out.split(separator: "/").first(where: { $0 == "." || $0 == ".." }) {
      throw EgressRefusal.badPathParameter(name: pattern, value: String(dots))
    }
    return out.hasPrefix("/") ? out : "/" + out
  }

  // Sorted by name, so that the same effect gives the same bytes; null is left out, an array repeats its name.
  private static func pairs(
    _ members: [String: JSON], place: String
  ) throws(EgressRefusal) -> [(name: String, value: String)] {
    var pairs: [(name: String, value: String)] = []
    for (name, value) in members.sorted(by: { $0.key < $1.key }) where !value.isNull {
      for element in value.array ?? [value] {
        guard let text = element.scalarText else { throw EgressRefusal.notScalar(place: "\(place).\(name)") }
        pairs.append((name, text))
      }
    }
    return pairs
  }

  private static func headers(_ members: [String: JSON]) throws(EgressRefusal) -> [HTTPHeader] {
    var headers: [HTTPHeader] = []
    for (name, value) in members.sorted(by: { $0.key < $1.key }) where !value.isNull {
      let token = name.utf8.allSatisfy { byte in
        byte < 0x80 && (Character(UnicodeScalar(byte)).isLetter || Character(UnicodeScalar(byte)).isNumber || byte == 45)
      }
      guard !name.isEmpty, token else { throw EgressRefusal.badHeaderName(name) }
      guard allowedHeaders.contains(name.lowercased()) else { throw EgressRefusal.forbiddenHeader(name) }
      guard let text = value.scalarText else { throw EgressRefusal.notScalar(place: "headers.\(name)") }
      guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else { throw EgressRefusal.badHeaderValue(name: name) }
      headers.append(HTTPHeader(name, text))
    }
    return headers
  }
}
