public import Contract
public import JSON
public import Plugins
internal import Synchronization

/// The drivers of the catalogue as it is now, each in its own worker.
public struct CatalogueDrivers: Drivers {
  private let catalogue: LiveCatalogue
  private let made = ProvidersMade()

  /// The drivers of a host's catalogue.
  public init(_ catalogue: LiveCatalogue) { self.catalogue = catalogue }

  /// Who provides a type to new things.
  public func provider(ofType type: String) async -> Provider? {
    await catalogue.current.provider(ofType: type).map(made.provider)
  }

  /// Who keeps the things of a type that a plugin has made.
  public func provider(ofType type: String, boundTo plugin: String) async -> Provider? {
    await catalogue.current.provider(ofType: type, boundTo: plugin).map(made.provider)
  }

  /// Who provides an alias of a cloud.
  public func provider(cloud: String, alias: String, kind: Provision.Kind) async -> Provider? {
    await catalogue.current.provider(cloud: cloud, alias: alias, kind: kind).map(made.provider)
  }

  /// The aliases of that kind, as `cloud/alias`.
  public func aliases(kind: Provision.Kind) async -> [String] {
    await catalogue.current.all.owners.enabled { $0.provision.kind == kind }.extensions.compactMap { entry in
      entry.provision.alias.map { "\(entry.provision.cloud)/\($0)" }
    }
  }

  /// All types that active plugins provide.
  public func providers() async -> [Provider] {
    let catalogue = await catalogue.current
    return catalogue.all.owners.extensions.compactMap { catalogue.provider(ofType: $0.provision.type).map(made.provider) }
  }

  /// One step in a worker of the plugin.
  public func step(plugin: String, request: JSON) async throws(DriverFault) -> JSON {
    var drained: PluginWorkers?
    while true {
      // A plugin that was taken out or replaced while the step waited for a worker: the new catalogue says how it goes on.
      guard let workers = await catalogue.current.plugins[plugin]?.workers, workers !== drained else {
        throw DriverFault(evidence: await absence(of: plugin), isUnavailable: true)
      }
      let answer: [UInt8]
      do {
        answer = try await workers.step(request.bytes)
      } catch {
        if await workers.isQuarantined {
          _ = await catalogue.follow()
          throw DriverFault(evidence: "\(await absence(of: plugin)); \(error)", isUnavailable: true)
        }
        guard case .closed = error.cause else { throw DriverFault(evidence: "\(plugin): \(error)") }
        drained = workers
        continue
      }
      do {
        return try JSON.parse(answer)
      } catch {
        await workers.discard()
        throw DriverFault(evidence: "\(plugin) answered what is no JSON: \(error.message) (line \(error.line), column \(error.column))")
      }
    }
  }

  /// Ends the plugin's idle workers.
  public func discardWorkers(of plugin: String) async { await catalogue.current.plugins[plugin]?.workers.discard() }

  /// Why a plugin has no workers, in one sentence.
  public func absence(of plugin: String) async -> String {
    let record = await catalogue.current.records.first { $0.name == plugin }
    let state = record.map { "is \($0.state.rawValue)\($0.refusal.map { " (\($0.code.rawValue))" } ?? "")" } ?? "is not installed"
    return "the plugin \(plugin) \(state): `cld plugin why \(plugin)` says why"
  }
}

/// The providers that were handed out, one for each type: thousands of tasks wait with theirs.
private final class ProvidersMade: Sendable {
  private let known = Mutex<[String: (workers: PluginWorkers, provider: Provider)]>([:])

  func provider(_ found: Catalogue.Provider) -> Provider {
    known.withLock { known in
      let (type, workers) = (found.provision.type, found.plugin.workers)
      // A plugin whose manifest, schemas included, or library is another one has other workers.
      if let earlier = known[type], earlier.workers === workers { return earlier.provider }
      let provider = Provider(manifest: found.plugin.manifest, provision: found.provision)
      known[type] = (workers, provider)
      return provider
    }
  }
}
