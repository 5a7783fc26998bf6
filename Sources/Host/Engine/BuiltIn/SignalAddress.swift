/// Where the host takes signals of things that it has made; the host's server is the real one, tests have their own.
public protocol SignalAddress: Sendable {
  /// The address that things can reach, such as `http://192.0.2.1:8177`; from then on the host listens there, also after a restart.
  /// - Throws: `RequestError` when nothing can listen there.
  func url() async throws -> String

  /// Listens somewhere else from now on. Addresses that were handed out before keep the old place.
  /// - Parameters:
  ///   - listen: `HOST:PORT`.
  ///   - url: how things reach it; nil for `http://HOST:PORT`.
  /// - Returns: the new address.
  func move(toListen listen: String, url: String?) async throws -> String
}

/// A host that takes no signals.
public struct NoSignalAddress: SignalAddress {
  /// No address.
  public init() {}

  /// Always refuses.
  public func move(toListen listen: String, url: String?) async throws -> String { try await self.url() }

  /// Always refuses.
  public func url() async throws -> String { throw RequestError.unavailable("this host takes no signals") }
}
