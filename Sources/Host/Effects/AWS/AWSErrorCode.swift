internal import JSON

/// The error code that an AWS answer carries, and what the codes mean for the host.
/// (Sources: each service's "Common errors"; botocore's and the SDKs' retry documentation.)
enum AWSErrorCode {
  /// Nothing was executed; the same request may be sent again.
  static let throttling: Set<String> = [
    "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException", "RequestThrottled",
    "RequestLimitExceeded", "TooManyRequestsException", "SlowDown", "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException", "ProvisionedThroughputExceeded", "BandwidthLimitExceeded",
    "EC2ThrottledException", "LimitExceededException.Throttling", "TransactionInProgressException",
  ]

  /// The session has ended; other credentials of the same identity will do.
  static let expired: Set<String> = ["ExpiredToken", "ExpiredTokenException", "RequestExpired"]

  /// The credentials themselves are not accepted.
  static let unauthenticated: Set<String> = [
    "InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch", "AuthFailure", "InvalidAccessKeyId",
    "IncompleteSignature", "InvalidToken", "MissingAuthenticationToken", "MissingAuthenticationTokenException",
    "InvalidSignatureException", "IncompleteSignatureException", "RequestTimeTooSkewed",
  ]

  /// The date of the signature may be the reason.
  static let skewed: Set<String> = [
    "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture", "SignatureDoesNotMatch", "InvalidSignatureException",
    "SignatureExpired", "AuthFailure", "AccessDeniedException",
  ]

  /// Finds the code in the header, in JSON (`__type`, `code`) or in XML that became JSON; nil when there is none.
  static func code(headers: [String: String], body: JSON) -> String? {
    let candidates: [JSON?] = [
      headers["x-amzn-errortype"].map { .string($0) }, body["__type"], body["code"], body["Code"],
      body[JSONPointer(["Error", "Code"])], body[JSONPointer(["Errors", "Error", "Code"])],
      body[JSONPointer(["Errors", "Error", "0", "Code"])],
    ]
    guard let text = candidates.lazy.compactMap({ $0?.string }).first else { return nil }
    // `namespace#Code:http://...` (AWS JSON protocol, "Operation error serialization").
    let name = text.split(separator: "#").last ?? ""
    return name.split(separator: ":").first.map(String.init)
  }

  /// The message that stands beside the code, for people.
  static func message(in body: JSON) -> String? {
    [
      body["message"], body["Message"], body[JSONPointer(["Error", "Message"])],
      body[JSONPointer(["Errors", "Error", "Message"])],
    ].lazy.compactMap { $0?.string }.first
  }
}
