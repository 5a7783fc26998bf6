/// A network, for `Fn::Cidr`.
struct CIDRBlock {
  private let address: UInt128
  private let prefix: Int
  private let bits: Int

  /// Reads `10.0.0.0/16` or `2001:db8::/56`.
  init?(_ text: String) {
    let halves = text.split(separator: "/", omittingEmptySubsequences: false)
    guard halves.count == 2, let prefix = Int(halves[1]) else { return nil }
    if let address = Self.ipv4(halves[0]) {
      (self.address, bits) = (address, 32)
    } else if let address = Self.ipv6(halves[0]) {
      (self.address, bits) = (address, 128)
    } else {
      return nil
    }
    guard (0...bits).contains(prefix) else { return nil }
    self.prefix = prefix
  }

  /// So many networks of `hostBits` bits each, one after the other; nil when they do not fit ("Fn::Cidr" of the user guide).
  func subnets(count: Int, hostBits: Int) -> [String]? {
    let inner = bits - hostBits
    guard (1...256).contains(count), hostBits >= 1, inner >= prefix, inner <= bits else { return nil }
    guard inner - prefix >= 9 || count <= 1 << (inner - prefix) else { return nil }
    let base = prefix == 0 ? 0 : (address >> UInt128(bits - prefix)) << UInt128(bits - prefix)
    return (0..<count).map { index in "\(text(of: base + UInt128(index) << UInt128(hostBits)))/\(inner)" }
  }

  private static func ipv4(_ text: Substring) -> UInt128? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    guard parts.count == 4 else { return nil }
    var address: UInt128 = 0
    for part in parts {
      guard let part else { return nil }
      address = address << 8 | UInt128(part)
    }
    return address
  }

  private static func ipv6(_ text: Substring) -> UInt128? {
    let halves = text.split(separator: "::", omittingEmptySubsequences: false)
    guard (1...2).contains(halves.count) else { return nil }
    func groups(_ text: Substring) -> [UInt16]? {
      let parts = text.isEmpty ? [] : text.split(separator: ":", omittingEmptySubsequences: false)
      let values = parts.compactMap { $0.count <= 4 ? UInt16($0, radix: 16) : nil }
      return values.count == parts.count ? values : nil
    }
    guard let head = groups(halves[0]), let tail = halves.count == 2 ? groups(halves[1]) : [] else { return nil }
    let zeros = 8 - head.count - tail.count
    guard halves.count == 2 ? zeros >= 1 : zeros == 0 else { return nil }
    return (head + Array(repeating: 0, count: zeros) + tail).reduce(0) { $0 << 16 | UInt128($1) }
  }

  private func text(of address: UInt128) -> String {
    if bits == 32 { return [24, 16, 8, 0].map { String(UInt8(truncatingIfNeeded: address >> UInt128($0))) }.joined(separator: ".") }
    let groups = (0..<8).map { UInt16(truncatingIfNeeded: address >> UInt128(112 - 16 * $0)) }
    // The longest run of zeros is `::` (RFC 5952).
    var best = 0..<0
    var index = 0
    while index < 8 {
      let end = groups[index...].firstIndex { $0 != 0 } ?? 8
      if end - index > best.count { best = index..<end }
      index = end + 1
    }
    func written(_ groups: ArraySlice<UInt16>) -> String { groups.map { String($0, radix: 16) }.joined(separator: ":") }
    return best.count < 2 ? written(groups[...]) : written(groups[..<best.lowerBound]) + "::" + written(groups[best.upperBound...])
  }
}
