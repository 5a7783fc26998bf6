/// One request as it goes over the wire. Values are final: nothing is encoded after this point.
public struct HTTPRequest: Hashable, Sendable {
  /// GET, POST, PUT, PATCH, DELETE or HEAD.
  public var method: String
  /// Where it goes.
  public var url: HTTPURL
  /// Name and value, in order; names are compared without regard to case.
  public var headers: [HTTPHeader]
  /// The body; nil sends none.
  public var body: [UInt8]?
  /// Whether the transport may send the bytes again when a reused connection turns out to be dead before an answer.
  public var mayRepeat: Bool
  /// How long connecting may take, in milliseconds.
  public var connectTimeout: Int
  /// How long all of it may take, in milliseconds.
  public var timeout: Int

  /// A request; times in milliseconds.
  public init(
    method: String, url: HTTPURL, headers: [HTTPHeader] = [], body: [UInt8]? = nil, mayRepeat: Bool = false,
    connectTimeout: Int = 10_000, timeout: Int = 120_000
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.mayRepeat = mayRepeat
    self.connectTimeout = connectTimeout
    self.timeout = timeout
  }

  /// The value of the first header of that name.
  public func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }

  /// Replaces every header of that name by one with this value; nil removes them.
  public mutating func setHeader(_ name: String, _ value: String?) {
    headers.removeAll { $0.name.lowercased() == name.lowercased() }
    if let value { headers.append(HTTPHeader(name, value)) }
  }
}

/// A header line.
public struct HTTPHeader: Hashable, Sendable {
  /// The name, in any case.
  public var name: String
  /// The value, without a line break.
  public var value: String

  /// A header; value as it goes over the wire.
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}
