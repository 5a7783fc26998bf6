/// The profiles, SSO sessions and service sections of a client's two files. Settings of the credentials file win.
struct AWSProfiles: Hashable, Sendable {
  typealias Section = AWSConfigFile.Section

  var profiles: [String: Section] = [:]
  var ssoSessions: [String: Section] = [:]
  var services: [String: Section] = [:]
  /// The files that were looked for.
  var paths: [String]

  /// Reads both files of the client; a file that is not there is empty.
  init(_ environment: ClientEnvironment) throws(CredentialError) {
    let config = environment.configPath
    let credentials = environment.credentialsPath
    try self.init(
      config: try CredentialFile.read(config).map { (text) throws(CredentialError) in
        try AWSConfigFile(text: text, path: config)
      },
      credentials: try CredentialFile.read(credentials).map { (text) throws(CredentialError) in
        try AWSConfigFile(text: text, path: credentials)
      }, paths: [config, credentials])
  }

  init(config: AWSConfigFile?, credentials: AWSConfigFile?, paths: [String]) throws(CredentialError) {
    self.paths = paths
    for section in config?.sections ?? [] {
      let words = section.header.split(separator: " ", maxSplits: 1).map { $0.trimmed.unquoted }
      switch (words.first, words.count > 1 ? words[1] : nil) {
      case ("default", nil): profiles["default"] = section
      case ("profile", let name?): profiles[name] = section
      case ("sso-session", let name?): ssoSessions[name] = section
      case ("services", let name?): services[name] = section
      default: break  // Other tools keep sections here too.
      }
    }
    for section in credentials?.sections ?? [] {
      if profiles[section.header] == nil { profiles[section.header] = section } else {
        profiles[section.header]?.settings.merge(section.settings) { _, own in own }
      }
    }
  }

  /// The profile of that name; nil only for a `default` that nobody wrote.
  func profile(_ name: String, from: String?) throws(CredentialError) -> Section? {
    if let section = profiles[name] { return section }
    guard name != "default" || from != nil else { return nil }
    throw CredentialError.noSuchProfile(name: name, from: from ?? "the default", files: paths)
  }
}

extension AWSConfigFile.Section {
  /// The value of a setting; nil also when it is empty.
  subscript(_ name: String) -> String? {
    guard let value = settings[name]?.value, !value.isEmpty else { return nil }
    return value
  }

  /// Where a setting stands, or the section when it has none.
  func place(_ name: String) -> String { settings[name]?.place ?? place }

  /// A setting that must be there.
  func required(_ name: String, of what: String) throws(CredentialError) -> String {
    guard let value = self[name] else { throw CredentialError.missingSetting(name: name, of: what, place: place) }
    return value
  }
}

extension String {
  /// Without the quotes around it, if any.
  fileprivate var unquoted: String {
    guard count >= 2, let first, first == last, first == "\"" || first == "'" else { return self }
    return String(dropFirst().dropLast())
  }
}
