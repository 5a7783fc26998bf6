internal import AWSDriver
internal import JSON
internal import PluginKit

/// `policy.access`: who may connect besides the environment's own cluster.
struct Access {
  /// The networks that may; none: only the cluster.
  let cidrs: [String]

  init(_ policy: JSON?) throws {
    let policy = try Configuration(policy, at: "/policy", keys: ["access"])
    guard let access = try policy.text("access") else {
      cidrs = []
      return
    }
    if access == "open" {
      cidrs = ["0.0.0.0/0"]
    } else if Self.isNetwork(access) {
      cidrs = [access]
    } else {
      throw Failure(
        .badRequest, "access cannot be \(access); it is open, or a network such as 203.0.113.0/24", property: "/policy/access")
    }
  }

  private static func isNetwork(_ text: String) -> Bool {
    let halves = text.split(separator: "/", omittingEmptySubsequences: false)
    guard halves.count == 2, let bits = Int(halves[1]), (0...32).contains(bits) else { return false }
    let bytes = halves[0].split(separator: ".", omittingEmptySubsequences: false)
    return bytes.count == 4 && bytes.allSatisfy { UInt8($0) != nil }
  }
}
