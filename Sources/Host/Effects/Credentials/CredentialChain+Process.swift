internal import JSON

extension CredentialChain {
  /// A program that prints credentials (SDKs and Tools Reference Guide, "Process credential provider"). Run without a shell.
  func process(_ command: String, place: String, profile: String) async throws(CredentialError) -> AWSCredentials {
    guard let arguments = CommandLineWords.split(command), !arguments.isEmpty else {
      throw CredentialError.process(place: place, problem: "has a quote that does not end")
    }
    let result = await ChildProcess.run(arguments, environment: environment.variables, timeout: 60)
    guard case .exited(let code, let output) = result else {
      throw CredentialError.process(place: place, problem: result.problem)
    }
    guard code == 0 else { throw CredentialError.process(place: place, problem: "ended with status \(code)") }
    guard let body = try? JSON.parse(output), body["Version"]?.int == 1 else {
      throw CredentialError.process(place: place, problem: "printed no JSON with \"Version\": 1")
    }
    guard let id = body["AccessKeyId"]?.string, let secret = body["SecretAccessKey"]?.string else {
      throw CredentialError.process(place: place, problem: "printed no AccessKeyId and SecretAccessKey")
    }
    let expiration = body["Expiration"]?.string.flatMap { Timestamp(rfc3339: $0) }
    if let expiration, expiration <= clock.now() {
      throw CredentialError.process(place: place, problem: "printed credentials that have expired")
    }
    return AWSCredentials(
      accessKeyID: id, secretAccessKey: secret, sessionToken: body["SessionToken"]?.string, expiration: expiration,
      source: "credential_process of profile \"\(profile)\" (\(place))")
  }
}

/// Splits a command line into words as a POSIX shell does, without any expansion.
enum CommandLineWords {
  /// Nil when a quote does not end.
  static func split(_ text: String) -> [String]? {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var iterator = text.makeIterator()
    while let character = iterator.next() {
      switch (character, quote) {
      case ("\\", nil): word = (word ?? "") + (iterator.next().map(String.init) ?? "")
      case ("\\", "\""?):
        guard let next = iterator.next() else { return nil }
        word = (word ?? "") + (next == "\"" || next == "\\" ? "" : "\\") + String(next)
      case (let end, let open?) where end == open: quote = nil
      case ("\"", nil), ("'", nil):
        quote = character
        word = word ?? ""
      case (" ", nil), ("\t", nil):
        if let finished = word { words.append(finished) }
        word = nil
      default: word = (word ?? "") + String(character)
      }
    }
    if let finished = word { words.append(finished) }
    return quote == nil ? words : nil
  }
}
