internal import JSON

/// Reads the body of an answer as JSON by what the answer says it is.
enum AnswerBody {
  /// Headers that a driver may see (docs/plugin-contract.md).
  static let visibleHeaders: Set<String> = [
    "content-type", "location", "retry-after", "x-amzn-requestid", "x-amzn-errortype", "etag", "date",
  ]

  /// JSON as it is, XML by the one rule, an empty body as null, anything else as text.
  /// - Returns: nil when the body is not what it claims to be.
  static func parse(_ response: HTTPResponse, expecting: Expected) -> JSON? {
    let bytes = response.body
    guard bytes.contains(where: { $0 > 0x20 }) else { return .null }
    let type = response.headers["content-type"]?.lowercased() ?? ""
    let isJSON = type.contains("json")
    let isXML = type.contains("xml")
    switch (isJSON, isXML) {
    case (true, false): return try? JSON.parse(bytes)
    case (false, true): return try? XMLBody.parse(bytes)
    default: break
    }
    // Emulators and load balancers send the right bytes under a wrong type, and errors as HTML.
    let text = JSON.string(String(decoding: bytes, as: UTF8.self))
    switch expecting {
    case .json: return (try? JSON.parse(bytes)) ?? (response.status >= 400 ? text : nil)
    case .xml: return (try? XMLBody.parse(bytes)) ?? (response.status >= 400 ? text : nil)
    case .anything: return text
    }
  }

  /// What the endpoint's format promises.
  enum Expected {
    case json, xml, anything
  }
}
