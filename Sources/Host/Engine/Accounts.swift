/// Who the clients are, in the clouds; `CloudAccounts` is the real one, tests have their own.
public protocol Accounts: Sendable {
  /// Finds the account and region that a client's environment stands for, asks the cloud who the credentials belong to,
  /// and remembers them in memory for the effects of that scope.
  /// - Throws: `RequestError` with one sentence: no credentials, wrong ones, no region, the cloud cannot be reached.
  func scope(cloud: String, client: ClientVariables) async throws(RequestError) -> CloudScope
  /// What tells the verified credentials that this host holds for that scope from others; nil when it holds none.
  func credentials(for scope: CloudScope) async -> CredentialsMark?
}

extension Accounts {
  /// Whether this host holds verified credentials for that scope.
  func hasCredentials(for scope: CloudScope) async -> Bool { await credentials(for: scope) != nil }
}

/// The variables of a client's environment that a cloud's tools would read. They stay in memory.
public struct ClientVariables: Hashable, Sendable {
  /// The variables by name.
  public var values: [String: String]

  /// A client's variables.
  public init(_ values: [String: String]) { self.values = values }
}

/// Why a request is refused. The client's exit status follows from the case (interfaces.md).
public enum RequestError: Error, Sendable, CustomStringConvertible {
  /// The request is wrong as it stands: exit 64.
  case usage(String)
  /// Somebody must say whether data is kept before it is deleted: exit 64, or a question at a terminal.
  case snapshotDecision(String)
  /// A named object does not exist: exit 66.
  case notFound(String)
  /// A plugin, a cloud or the state is not available: exit 69.
  case unavailable(String)
  /// Something of that name exists, or something is in the way: exit 73.
  case conflict(String)
  /// Credentials are missing, wrong or lack a permission: exit 77.
  case permission(String)

  /// The sentence for people.
  public var description: String {
    switch self {
    case .usage(let text), .snapshotDecision(let text), .notFound(let text), .unavailable(let text), .conflict(let text), .permission(let text): text
    }
  }
}
