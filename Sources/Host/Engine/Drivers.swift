public import Contract
public import JSON

/// The drivers as the engine sees them; `CatalogueDrivers` is the real one, tests have their own.
public protocol Drivers: Sendable {
  /// Who provides a type to new things.
  func provider(ofType type: String) async -> Provider?
  /// Who keeps the things of a type that a plugin has made: that plugin, whoever provides the type to new things.
  func provider(ofType type: String, boundTo plugin: String) async -> Provider?
  /// Why a plugin cannot be stepped, in one sentence with what to do.
  func absence(of plugin: String) async -> String
  /// Who provides an alias of a cloud.
  func provider(cloud: String, alias: String, kind: Provision.Kind) async -> Provider?
  /// The aliases of that kind that there are, as `cloud/alias`, for messages.
  func aliases(kind: Provision.Kind) async -> [String]
  /// All types that there are for new things.
  func providers() async -> [Provider]
  /// One step in the plugin's worker.
  /// - Throws: `DriverFault` when the worker died, hung, or answered what is no JSON.
  func step(plugin: String, request: JSON) async throws(DriverFault) -> JSON
  /// Ends the plugin's workers: one of them has broken the contract, and the next step needs a new one.
  func discardWorkers(of plugin: String) async
}

/// A type and the plugin that provides it. A class, since every task that waits with a resource has it.
public final class Provider: Sendable {
  /// The plugin's manifest.
  public let manifest: Manifest
  /// The type's entry, with its schema.
  public let provision: Provision

  /// A provider.
  public init(manifest: Manifest, provision: Provision) {
    self.manifest = manifest
    self.provision = provision
  }
}

/// A driver that did not give an answer.
public struct DriverFault: Error, Sendable, CustomStringConvertible {
  /// What happened: stage, signal or exit code, the end of stderr.
  public let evidence: String
  /// Whether there is no worker to be had at all: the plugin is disabled, refused or gone.
  public let isUnavailable: Bool

  /// The evidence.
  public var description: String { evidence }

  /// A fault.
  public init(evidence: String, isUnavailable: Bool = false) {
    self.evidence = evidence
    self.isUnavailable = isUnavailable
  }
}
