internal import JSON

/// What a worker reports when its library is loaded.
public struct WorkerReport: Hashable, Sendable {
  /// The ABI epoch in use.
  public var abi: Int
  /// The name and version that the library itself gives.
  public var name: String
  /// The version that the library itself gives.
  public var version: String
  /// The cage that it runs in.
  public var cage: WorkerCage

  /// Reads the `R` frame; nil when it is not as the contract says.
  init?(_ json: JSON, cage: WorkerCage) {
    guard json["stage"]?.string == "ready", let abi = json["abi"]?.int, let name = json["name"]?.string,
      let version = json["version"]?.string
    else { return nil }
    self.abi = Int(abi)
    self.name = name
    self.version = version
    self.cage = cage
  }
}
