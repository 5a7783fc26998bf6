/// A block of addresses, in the one form in which EC2 keeps it: without the bits of the host, and IPv6 with no choice of how to write it
/// (API reference, `AuthorizeSecurityGroupIngress`: "if you specify 100.68.0.18/18, we modify it to 100.68.0.0/18").
public struct CIDR: Hashable, Sendable {
  private let bytes: [UInt8]
  private let bits: Int

  /// nil for a text that is no block.
  public init?(_ text: String) {
    let halves = text.split(separator: "/", omittingEmptySubsequences: false)
    guard halves.count == 2, let bits = Int(halves[1]), let bytes = Self.version4(halves[0]) ?? Self.version6(halves[0]) else { return nil }
    guard (0...bytes.count * 8).contains(bits) else { return nil }
    self.bits = bits
    self.bytes = bytes.enumerated().map { index, byte in
      let kept = min(max(bits - index * 8, 0), 8)
      return byte & ~UInt8(truncatingIfNeeded: 0xff >> kept)
    }
  }

  /// Whether two texts mean one block.
  public static func isSame(_ one: String?, _ other: String?) -> Bool {
    if one == other { return true }
    guard let one = one.flatMap(CIDR.init), let other = other.flatMap(CIDR.init) else { return false }
    return one == other
  }

  private static func version4(_ text: Substring) -> [UInt8]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    return parts.count == 4 && !parts.contains(nil) ? parts.compactMap { $0 } : nil
  }

  private static func version6(_ text: Substring) -> [UInt8]? {
    let sides = text.split(separator: "::", omittingEmptySubsequences: false).map { groups($0) }
    guard !sides.contains(nil) else { return nil }
    let known = sides.compactMap { $0 }
    switch known.count {
    case 1 where known[0].count == 16: return known[0]
    case 2 where known[0].count + known[1].count < 16:
      return known[0] + Array(repeating: 0, count: 16 - known[0].count - known[1].count) + known[1]
    default: return nil
    }
  }

  private static func groups(_ text: Substring) -> [UInt8]? {
    var bytes: [UInt8] = []
    for group in text.split(separator: ":", omittingEmptySubsequences: text.isEmpty) {
      guard group.utf8.count <= 4, let value = UInt16(group, radix: 16) else { return nil }
      bytes += [UInt8(value >> 8), UInt8(value & 0xff)]
    }
    return bytes
  }
}
