internal import Store

/// The signed addresses that the host serves to things that it has made: who knows one may use it, and nobody can guess one.
struct SignalURL {
  let vault: Vault

  /// Where a resource takes signals.
  func path(stackID: String, resourceID: String) -> String {
    "/v1/signals/\(stackID)/\(resourceID)/\(vault.signature(of: "signal|\(stackID)|\(resourceID)"))"
  }

  /// Where programs on a thing ask for metadata and send signals, as CloudFormation's helper scripts do.
  func helperPath(stackID: String) -> String { "/v1/helpers/\(stackID)/\(vault.signature(of: "helper|\(stackID)"))" }

  /// The stack and resource of an address that takes signals; nil when the signature is not ours.
  func resource(atPath path: [String]) -> (stackID: String, resourceID: String)? {
    guard path.count == 5, path.starts(with: ["v1", "signals"]), vault.isSignature(path[4], of: "signal|\(path[2])|\(path[3])") else { return nil }
    return (path[2], path[3])
  }

  /// The stack of an address for helper scripts; nil when the signature is not ours.
  func stack(atPath path: [String]) -> String? {
    guard path.count == 4, path.starts(with: ["v1", "helpers"]), vault.isSignature(path[3], of: "helper|\(path[2])") else { return nil }
    return path[2]
  }

  /// The resource that a handle's address names.
  static func resourceID(ofHandle url: String) -> String? {
    let parts = url.split(separator: "/")
    guard let start = parts.firstIndex(of: "signals"), parts.count > start + 2 else { return nil }
    return String(parts[start + 2])
  }
}
