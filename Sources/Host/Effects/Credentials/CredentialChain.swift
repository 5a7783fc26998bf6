internal import JSON

/// Finds credentials for a client in the order of botocore: keys in the environment, a role of the profile, web identity,
/// SSO, the credentials file, a process, the config file, the container's service, the instance's metadata.
struct CredentialChain: Sendable {
  let environment: ClientEnvironment
  let http: any HTTPSending
  let clock: EffectClock

  func resolve() async throws(CredentialError) -> AWSCredentials {
    if let keys = try environmentKeys() { return keys }
    let profiles = try AWSProfiles(environment)
    let (name, from) = environment.profile
    var searched = ["AWS_ACCESS_KEY_ID"] + profiles.paths
    if let section = try profiles.profile(name, from: from) {
      if let found = try await resolve(profile: name, section, in: profiles, visited: [name], isRoot: true) { return found }
    } else if let found = try await webIdentityOfEnvironment() {
      return found
    }
    if let found = try await container() { return found }
    searched.append("the container's credential service")
    if !environment.isTrue("AWS_EC2_METADATA_DISABLED") {
      if let found = try await instanceMetadata() { return found }
      searched.append("the instance's metadata")
    }
    throw CredentialError.none(profile: name, searched: searched)
  }

  /// Keys in variables. They win over AWS_PROFILE, as with botocore.
  func environmentKeys() throws(CredentialError) -> AWSCredentials? {
    let id = environment["AWS_ACCESS_KEY_ID"]
    let secret = environment["AWS_SECRET_ACCESS_KEY"]
    switch (id, secret) {
    case (nil, nil): return nil
    case (let id?, let secret?):
      return AWSCredentials(
        accessKeyID: id, secretAccessKey: secret,
        sessionToken: environment["AWS_SESSION_TOKEN"] ?? environment["AWS_SECURITY_TOKEN"],
        expiration: environment["AWS_CREDENTIAL_EXPIRATION"].flatMap { Timestamp(rfc3339: $0) },
        source: "AWS_ACCESS_KEY_ID in the environment")
    case (_?, nil): throw CredentialError.partialKeys(place: "AWS_ACCESS_KEY_ID", missing: "AWS_SECRET_ACCESS_KEY")
    case (nil, _?): throw CredentialError.partialKeys(place: "AWS_SECRET_ACCESS_KEY", missing: "AWS_ACCESS_KEY_ID")
    }
  }

  /// The credentials of one profile; nil when it has none of its own.
  /// - Parameters:
  ///   - visited: the profiles that led here, this one last.
  ///   - isRoot: whether this is the client's own profile: as a source, a profile's own keys come before its role.
  func resolve(
    profile name: String, _ section: AWSConfigFile.Section, in profiles: AWSProfiles, visited: [String], isRoot: Bool
  ) async throws(CredentialError) -> AWSCredentials? {
    if !isRoot, let keys = try keys(of: section, profile: name) { return keys }
    if section["role_arn"] != nil, section["web_identity_token_file"] == nil {
      return try await role(of: name, section, in: profiles, visited: visited)
    }
    if isRoot, let found = try await webIdentityOfEnvironment() { return found }
    if let file = section["web_identity_token_file"] {
      return try await webIdentity(
        tokenFile: file, roleARN: try section.required("role_arn", of: "the profile \"\(name)\""),
        sessionName: section["role_session_name"], source: "profile \"\(name)\" (\(section.place("role_arn")))")
    }
    if section["sso_account_id"] != nil || section["sso_role_name"] != nil {
      return try await sso(of: name, section, in: profiles)
    }
    if let keys = try keys(of: section, profile: name) { return keys }
    if let command = section["credential_process"] {
      return try await process(command, place: section.place("credential_process"), profile: name)
    }
    return nil
  }

  private func keys(of section: AWSConfigFile.Section, profile: String) throws(CredentialError) -> AWSCredentials? {
    let id = section["aws_access_key_id"]
    let secret = section["aws_secret_access_key"]
    guard let id, let secret else {
      if id != nil {
        throw CredentialError.partialKeys(
          place: "aws_access_key_id (\(section.place("aws_access_key_id")))", missing: "aws_secret_access_key")
      }
      if secret != nil {
        throw CredentialError.partialKeys(
          place: "aws_secret_access_key (\(section.place("aws_secret_access_key")))", missing: "aws_access_key_id")
      }
      return nil
    }
    return AWSCredentials(
      accessKeyID: id, secretAccessKey: secret,
      sessionToken: section["aws_session_token"] ?? section["aws_security_token"],
      source: "profile \"\(profile)\" (\(section.place("aws_access_key_id")))")
  }
}
