/// Base 64 with the standard alphabet and padding (RFC 4648, 4).
public enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// The text for these bytes.
  public static func encode(_ bytes: [UInt8]) -> String {
    var out: [UInt8] = []
    out.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let word = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
      for place in 0..<4 {
        out.append(place <= group.count ? alphabet[Int(word >> UInt32(18 - 6 * place)) & 63] : UInt8(ascii: "="))
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// Nil for anything that is not base 64; white space is skipped, missing padding is accepted.
  public static func decode(_ text: [UInt8]) -> [UInt8]? {
    var out: [UInt8] = []
    var word: UInt32 = 0
    var bits = 0
    var ended = false
    for byte in text {
      if byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { continue }
      if byte == UInt8(ascii: "=") {
        ended = true
        continue
      }
      let value: UInt32? =
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte) - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte) - 71
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte) + 4
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
      guard let value, !ended else { return nil }
      word = (word << 6 | value) & 0xffffff
      bits += 6
      if bits >= 8 {
        bits -= 8
        out.append(UInt8(truncatingIfNeeded: word >> UInt32(bits)))
      }
    }
    return bits == 6 ? nil : out
  }
}
