public import Contract
public import JSON
public import Plugins

/// The drivers of the catalogue, each in its own worker.
public struct CatalogueDrivers: Drivers {
  private let catalogue: Catalogue

  /// The drivers of a catalogue that was loaded.
  public init(_ catalogue: Catalogue) { self.catalogue = catalogue }

  /// Who provides a type.
  public func provider(ofType type: String) async -> Provider? { catalogue.provider(ofType: type).map(Self.provider) }

  /// Who provides an alias of a cloud.
  public func provider(cloud: String, alias: String, kind: Provision.Kind) async -> Provider? {
    catalogue.provider(cloud: cloud, alias: alias, kind: kind).map(Self.provider)
  }

  /// The aliases of that kind, as `cloud/alias`.
  public func aliases(kind: Provision.Kind) async -> [String] {
    catalogue.types.filter { $0.provision.kind == kind }.compactMap { entry in
      entry.provision.alias.map { "\(entry.provision.cloud)/\($0)" }
    }
  }

  /// One step in a worker of the plugin.
  public func step(plugin: String, request: JSON) async throws(DriverFault) -> JSON {
    guard let workers = catalogue.plugins[plugin]?.workers else {
      throw DriverFault(evidence: "the plugin \(plugin) is not active: `cld plugin why \(plugin)` says why", isUnavailable: true)
    }
    let answer: [UInt8]
    do {
      answer = try await workers.step(request.bytes)
    } catch {
      throw DriverFault(evidence: "\(plugin): \(error)")
    }
    do {
      return try JSON.parse(answer)
    } catch {
      await workers.discard()
      throw DriverFault(evidence: "\(plugin) answered what is no JSON: \(error.message) (line \(error.line), column \(error.column))")
    }
  }

  /// Ends the plugin's idle workers.
  public func discardWorkers(of plugin: String) async { await catalogue.plugins[plugin]?.workers.discard() }

  private static func provider(_ provider: Catalogue.Provider) -> Provider {
    Provider(manifest: provider.plugin.manifest, provision: provider.provision)
  }
}
