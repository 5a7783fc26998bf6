public import JSON

/// A request to the service, free of any HTTP library.
public struct ServiceRequest: Sendable {
  /// GET, POST or DELETE.
  public var method: String
  /// The path without its query, percent-decoded, in parts.
  public var path: [String]
  /// The query's values, decoded.
  public var query: [String: String]
  /// Names in lower case.
  public var headers: [String: String]
  /// The body as it came; JSON where a route takes one.
  public var body: [UInt8]

  /// A request.
  public init(method: String, path: [String], query: [String: String], headers: [String: String], body: [UInt8]) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
  }
}

/// An answer of the service.
public struct ServiceResponse: Sendable {
  /// The HTTP status.
  public var status: Int
  /// Headers beside those of the server.
  public var headers: [String: String]
  /// The body: an object, also for errors.
  public var body: JSON

  /// An answer.
  public init(status: Int = 200, headers: [String: String] = [:], body: JSON) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}
