/// Why there is no whole answer. The difference between the two cases decides whether a request may be repeated.
public enum TransportError: Error, Hashable, Sendable {
  /// Surely not a byte of the request was written to a connection: no name, no connection, no TLS.
  case notSent(String)
  /// The request may have reached the server and nobody knows whether it was executed.
  case lost(String)

  /// What happened, in the transport's words.
  public var reason: String {
    switch self {
    case .notSent(let reason), .lost(let reason): reason
    }
  }
}

/// Something that sends a request and returns the whole answer.
public protocol HTTPSending: Sendable {
  /// Sends once. Redirects are not followed: a 3xx is an answer like any other.
  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse
}
