internal import JSON
public import PluginKit

/// An error that an AWS API answered. Handlers made with `AWSType` may let it through: it becomes a `Failure`.
public struct AWSError: Error, Sendable, Hashable {
  /// AWS's own code, such as `DependencyViolation`, without a namespace.
  public let code: String
  /// AWS's own message.
  public let message: String
  /// The HTTP status.
  public let status: Int
  /// The call that failed.
  public let call: String

  /// An error of that code.
  public init(code: String, message: String, status: Int, call: String) {
    self.code = code
    self.message = message
    self.status = status
    self.call = call
  }

  /// Reads the error of a reply: EC2's `Errors.Error`, the query APIs' `Error`, and the JSON APIs' `__type`.
  init(_ reply: Reply, call: String) {
    let body = reply.body
    let xml = body["Errors"]?["Error"] ?? body["Error"]
    let xmlError = xml?[0] ?? xml
    let type = xmlError?["Code"]?.string ?? body["__type"]?.string ?? reply.headers["x-amzn-errortype"] ?? body["code"]?.string
    // `com.amazonaws.ecs#ClusterNotFoundException`, and in the header `ClusterNotFoundException:http://...`.
    let bare = type.map { $0.split(separator: "#").last ?? "" }.map { $0.split(separator: ":").first ?? "" }
    let text = xmlError?["Message"]?.string ?? body["message"]?.string ?? body["Message"]?.string ?? body.string
    self.init(
      code: bare.map(String.init) ?? "HTTP\(reply.status)", message: text ?? "no message", status: reply.status, call: call)
  }

  /// Whether the code is one of these.
  public func isOne(of codes: String...) -> Bool { codes.contains(code) }

  /// Whether the thing that was asked about is not there.
  public var isNotFound: Bool {
    // EC2 writes `InvalidGroup.NotFound`, RDS `DBInstanceNotFound`, ECS `ClusterNotFoundException`, IAM `NoSuchEntity`.
    code.contains("NotFound") || code.hasPrefix("NoSuch")
  }

  /// Whether the same call may be accepted later: the service limits the rate or has a fault of its own.
  public var isTransient: Bool { failureCode == .throttled || failureCode == .unavailable }

  /// The same in the contract's closed set of codes.
  public var failure: Failure { Failure(failureCode, "AWS refused \(call): \(message) (\(code))") }

  private var failureCode: Failure.Code {
    if Self.unauthenticated.contains(code) { return .unauthenticated }
    if Self.throttled.contains(code) || status == 429 { return .throttled }
    if Self.denied.contains(code) { return .denied }
    if status >= 500 { return .unavailable }
    if isNotFound { return .notFound }
    if code.contains("AlreadyExists") || code.contains("Duplicate") || code == "ResourceExistsException" { return .exists }
    if code.contains("LimitExceeded") || code.contains("Quota") || Self.quota.contains(code) { return .quota }
    if Self.conflict.contains(code) || code.contains("InUse") { return .conflict }
    if Self.unsupported.contains(code) { return .unsupported }
    return status == 403 ? .denied : .badRequest
  }

  // From the "Common Errors" page of each service's API reference.
  private static let unauthenticated: Set<String> = [
    "AuthFailure", "UnrecognizedClientException", "InvalidClientTokenId", "SignatureDoesNotMatch", "ExpiredToken",
    "ExpiredTokenException", "RequestExpired", "MissingAuthenticationToken", "MissingAuthenticationTokenException",
    "IncompleteSignature", "InvalidSignatureException", "InvalidAccessKeyId", "NotAuthorized",
  ]
  private static let throttled: Set<String> = [
    "Throttling", "ThrottlingException", "ThrottledException", "RequestLimitExceeded", "TooManyRequestsException", "SlowDown",
    "RequestThrottled", "EC2ThrottledException", "Throttled", "KMSThrottling",
    // Another call changes the same thing at the moment (SNS, SSM).
    "ConcurrentAccess", "TooManyUpdates",
  ]
  private static let denied: Set<String> = [
    "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "OptInRequired", "Blocked", "PendingVerification",
  ]
  private static let quota: Set<String> = [
    "InsufficientInstanceCapacity", "InsufficientDBInstanceCapacity", "InsufficientCapacity", "TooManyLoadBalancers",
    "TooManyTargetGroups", "TooManyListeners", "StorageTypeNotAvailable",
  ]
  private static let conflict: Set<String> = [
    "DependencyViolation", "DeleteConflict", "IncorrectState", "IncorrectInstanceState", "InvalidDBInstanceState",
    "InvalidDBSubnetGroupStateFault", "UpdateInProgressException", "ConcurrentModification", "OperationAborted",
  ]
  private static let unsupported: Set<String> = [
    "InvalidAction", "UnknownOperationException", "UnsupportedOperation", "NotImplemented", "UnsupportedFeatureException",
  ]
}
