/// Where a signer gets its credentials.
public protocol CredentialProviding: Sendable {
  /// Credentials that are valid for some minutes more.
  func credentials() async throws(CredentialError) -> AWSCredentials
  /// Says that the cloud calls these expired: the next `credentials()` gets new ones, if there are any.
  func invalidate(_ credentials: AWSCredentials) async
}

/// Credentials that never change.
public struct StaticCredentials: CredentialProviding {
  private let value: AWSCredentials

  /// Credentials that never change.
  public init(_ value: AWSCredentials) { self.value = value }

  /// Always the same.
  public func credentials() async throws(CredentialError) -> AWSCredentials { value }
  /// Does nothing: there are no others.
  public func invalidate(_ credentials: AWSCredentials) async {}
}
