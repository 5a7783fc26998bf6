public import Contract

/// The look-ups of the host, all through the one vocabulary of `ExtensionSet`.
extension Catalogue {
  /// Everything that plugins offer, duplicates included.
  public var all: ExtensionSet { ExtensionSet(extensions) }

  /// Every type with its plugin's name, sorted by type.
  public var types: [(plugin: String, provision: Provision)] { all.owners.extensions.map { ($0.plugin, $0.provision) } }

  /// The plugin that serves a type.
  public func provider(ofType type: String) -> Provider? {
    guard let found = try? all.driver(type), found.provision.type == type else { return nil }
    return provider(found)
  }

  /// The plugin that made a thing keeps it, whoever provides the type to new things.
  public func provider(ofType type: String, boundTo plugin: String) -> Provider? {
    extensions.first { $0.plugin == plugin && $0.provision.type == type }.flatMap(provider)
  }

  /// The plugin that serves the type with an alias in a cloud.
  public func provider(cloud: String, alias: String, kind: Provision.Kind) -> Provider? {
    guard let found = try? all.group(cloud: cloud, kind: kind).driver(alias) else { return nil }
    return provider(found)
  }

  /// Calls with each plugin that does not serve because of a fault, in the order of the search path (stevedore's `on_load_failure_callback`).
  public func onLoadFailure(_ body: (PluginRecord, Refusal) -> Void) {
    for record in records where record.state == .refused || record.state == .quarantined {
      if let refusal = record.refusal { body(record, refusal) }
    }
  }

  private func provider(_ found: Extension) -> Provider? {
    guard let plugin = plugins[found.plugin], let provision = plugin.manifest.provides.first(where: { $0.type == found.provision.type })
    else { return nil }
    return Provider(plugin: plugin, provision: provision)
  }
}
