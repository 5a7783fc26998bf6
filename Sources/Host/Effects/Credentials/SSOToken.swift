internal import Glibc
internal import JSON

/// The token that `aws sso login` keeps in `~/.aws/sso/cache`, in the form of AWS's own tools.
struct SSOToken {
  var document: JSON
  let path: String

  /// Nil when there is no file, or one without a token.
  init?(path: String) throws(CredentialError) {
    guard let text = try CredentialFile.read(path), let document = try? JSON.parse(text),
      document["accessToken"]?.string?.isEmpty == false
    else { return nil }
    self.document = document
    self.path = path
  }

  var accessToken: String { document["accessToken"]?.string ?? "" }

  /// Seconds until the token ends; nil when the file does not say.
  func left(at now: Timestamp) -> Double? {
    document["expiresAt"]?.string.flatMap { Timestamp(rfc3339: $0) }.map { $0.seconds - now.seconds }
  }

  /// What a refresh sends (IAM Identity Center OIDC API, CreateToken); nil when the file has no refresh token or the registration of its
  /// client has ended.
  func refreshRequest(at now: Timestamp) -> JSON? {
    guard let id = document["clientId"]?.string, let secret = document["clientSecret"]?.string,
      let refresh = document["refreshToken"]?.string
    else { return nil }
    let end = document["registrationExpiresAt"]?.string.flatMap { Timestamp(rfc3339: $0) }
    if let end, end <= now { return nil }
    return [
      "clientId": .string(id), "clientSecret": .string(secret), "grantType": "refresh_token",
      "refreshToken": .string(refresh),
    ]
  }

  /// Takes the answer of a refresh in and writes the file, since the old refresh token may be void from now on and AWS's
  /// tools share the file. A file that cannot be written only costs a sign-in later.
  mutating func take(_ answer: JSON, at now: Timestamp) -> Bool {
    guard let token = answer["accessToken"]?.string, let seconds = answer["expiresIn"]?.int else { return false }
    document["accessToken"] = .string(token)
    document["expiresAt"] = .string(Timestamp(seconds: now.seconds + Double(seconds)).rfc3339)
    if let refresh = answer["refreshToken"] { document["refreshToken"] = refresh }
    var template = Array("\(path).XXXXXX".utf8CString)
    // mkstemp makes the file for its owner alone (0600); rename puts it in place at once.
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { return true }
    let bytes = document.bytes
    let complete = write(descriptor, bytes, bytes.count) == bytes.count
    close(descriptor)
    if !complete || rename(template, path) != 0 { unlink(template) }
    return true
  }
}
