extension ClientEnvironment {
  /// The region: AWS_REGION, AWS_DEFAULT_REGION, then `region` of the profile.
  public func region() throws(CredentialError) -> String {
    for name in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
      if let value = self[name] { return value }
    }
    let (name, from) = profile
    if let region = try AWSProfiles(self).profile(name, from: from)?["region"] { return region }
    throw CredentialError.noRegion(profile: name)
  }

  /// The URLs that replace an endpoint's own, best first, with where each stands: the variables in the order of the
  /// manifest, then the profile's `services` section for the service of a variable `AWS_ENDPOINT_URL_<SERVICE>`, then
  /// its `endpoint_url`. AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true ignores all. Unreadable files give none: the
  /// credentials, which come from the same files, report that.
  public func endpointOverrides(_ names: [String]) -> [(source: String, url: String)] {
    let files = try? AWSProfiles(self)
    let section = files?.profiles[profile.name]
    if isTrue("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") { return [] }
    if self["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] == nil,
      section?["ignore_configured_endpoint_urls"]?.lowercased() == "true"
    {
      return []
    }
    var found = names.compactMap { name in self[name].map { (source: name, url: $0) } }
    // Only endpoints that AWS's own variables may move are moved by AWS's own files.
    guard let section, names.contains(where: { $0.hasPrefix("AWS_ENDPOINT_URL") }) else { return found }
    if let name = section["services"], let services = files?.services[name] {
      for variable in names where variable.hasPrefix("AWS_ENDPOINT_URL_") {
        let service = variable.dropFirst("AWS_ENDPOINT_URL_".count).lowercased()
        if let setting = services.settings[service], let url = setting.nested["endpoint_url"] {
          found.append((setting.place, url))
        }
      }
    }
    if let url = section["endpoint_url"] { found.append((section.place("endpoint_url"), url)) }
    return found
  }
}
