extension CredentialChain {
  /// A profile with `role_arn`: its source's credentials assume the role.
  func role(
    of name: String, _ section: AWSConfigFile.Section, in profiles: AWSProfiles, visited: [String]
  ) async throws(CredentialError) -> AWSCredentials {
    let place = section.place("role_arn")
    if section["mfa_serial"] != nil { throw CredentialError.mfa(profile: name, place: section.place("mfa_serial")) }
    let source: AWSCredentials
    switch (section["source_profile"], section["credential_source"]) {
    case (_?, _?): throw CredentialError.conflictingSources(profile: name, place: place)
    case (nil, nil): throw CredentialError.noSource(profile: name, place: place)
    case (nil, let kind?): source = try await named(kind, place: section.place("credential_source"))
    case (let parent?, nil):
      let parentPlace = section.place("source_profile")
      guard let parentSection = profiles.profiles[parent] else {
        throw CredentialError.noSuchProfile(name: parent, from: "source_profile, \(parentPlace)", files: profiles.paths)
      }
      // A profile may name itself when it has keys too: they are what assumes its role.
      let isItself = parent == name && section["aws_access_key_id"] != nil
      guard isItself || !visited.contains(parent) else {
        throw CredentialError.loop(profiles: visited + [parent], place: parentPlace)
      }
      guard
        let found = try await resolve(
          profile: parent, parentSection, in: profiles, visited: visited + [parent], isRoot: false)
      else { throw CredentialError.none(profile: parent, searched: [parentSection.place]) }
      source = found
    }
    var fields = [
      ("RoleArn", section["role_arn"] ?? ""),
      ("RoleSessionName", section["role_session_name"] ?? "cld-\(Int(clock.now().seconds))"),
    ]
    if let external = section["external_id"] { fields.append(("ExternalId", external)) }
    if let duration = section["duration_seconds"] { fields.append(("DurationSeconds", duration)) }
    return try await STS(environment: environment, http: http, clock: clock, region: section["region"])
      .session(action: "AssumeRole", fields: fields, signedBy: source, source: "profile \"\(name)\" (\(place))")
  }

  private func named(_ kind: String, place: String) async throws(CredentialError) -> AWSCredentials {
    let found: AWSCredentials?
    switch kind.lowercased() {
    case "environment": found = try environmentKeys()
    case "ecscontainer": found = try await container()
    case "ec2instancemetadata": found = try await instanceMetadata()
    default: throw CredentialError.unknownSource(value: kind, place: place)
    }
    guard let found else { throw CredentialError.service(what: "credential_source \(kind) (\(place))", problem: "has no credentials") }
    return found
  }

  /// AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN: how pods on EKS get theirs.
  func webIdentityOfEnvironment() async throws(CredentialError) -> AWSCredentials? {
    guard let file = environment["AWS_WEB_IDENTITY_TOKEN_FILE"] else { return nil }
    guard let role = environment["AWS_ROLE_ARN"] else {
      throw CredentialError.partialKeys(place: "AWS_WEB_IDENTITY_TOKEN_FILE", missing: "AWS_ROLE_ARN")
    }
    return try await webIdentity(
      tokenFile: file, roleARN: role, sessionName: environment["AWS_ROLE_SESSION_NAME"],
      source: "AWS_WEB_IDENTITY_TOKEN_FILE")
  }

  func webIdentity(
    tokenFile: String, roleARN: String, sessionName: String?, source: String
  ) async throws(CredentialError) -> AWSCredentials {
    let path = environment.expanding(tokenFile)
    guard let token = try CredentialFile.read(path) else {
      throw CredentialError.unreadableFile(path: path, reason: "it does not exist (the web identity token of \(source))")
    }
    let fields = [
      ("RoleArn", roleARN), ("RoleSessionName", sessionName ?? "cld-\(Int(clock.now().seconds))"),
      ("WebIdentityToken", token.trimmed),
    ]
    return try await STS(environment: environment, http: http, clock: clock, region: nil)
      .session(action: "AssumeRoleWithWebIdentity", fields: fields, signedBy: nil, source: source)
  }
}
