internal import JSON

/// What an answer means for the retry loop.
enum AnswerClass: Hashable {
  /// The driver's to judge: success, or an error about the request.
  case final
  /// Not executed; sending again is always safe.
  case throttled
  /// Nobody knows whether it was executed.
  case serverError
  /// The session has ended.
  case expired
  /// The credentials are not accepted.
  case unauthenticated(code: String, message: String)

  init(status: Int, headers: [String: String], body: JSON, signed: Bool) {
    guard status >= 400 else {
      self = .final
      return
    }
    let code = AWSErrorCode.code(headers: headers, body: body)
    if status == 429 || code.map(AWSErrorCode.throttling.contains) == true {
      self = .throttled
    } else if [500, 502, 503, 504].contains(status) {
      self = .serverError
    } else if signed, let code, AWSErrorCode.expired.contains(code) {
      self = .expired
    } else if signed, let code, AWSErrorCode.unauthenticated.contains(code) {
      self = .unauthenticated(code: code, message: AWSErrorCode.message(in: body) ?? "no message")
    } else {
      self = .final
    }
  }
}
