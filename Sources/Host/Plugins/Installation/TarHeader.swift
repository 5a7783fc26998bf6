/// The 512 bytes before each entry of a tar archive.
struct TarHeader {
  /// What the entry is; links, devices and pipes are refused.
  enum Kind {
    case file
    case folder
    /// A pax header.
    case comment
  }

  var path: String
  var size: Int
  var kind: Kind

  init(_ bytes: [UInt8], archive: String) throws(InstallationError) {
    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range].prefix { $0 != 0 }, as: UTF8.self) }
    func octal(_ range: Range<Int>) -> Int? { Int(text(range).filter { $0 != " " }, radix: 8) }
    // The sum over all bytes with those of the sum itself as spaces.
    let sum = bytes.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
    guard bytes.count == 512, octal(148..<156) == sum, text(257..<262) == "ustar" else {
      throw .archive("\(archive) is no tar archive in the ustar format, or is damaged")
    }
    guard let size = octal(124..<136), size >= 0 else { throw .archive("\(archive) has an entry with a size that is no number") }
    // In GNU's own format those bytes are times.
    let prefix = bytes[262] == 0 ? text(345..<500) : ""
    var path = prefix.isEmpty ? text(0..<100) : prefix + "/" + text(0..<100)
    if path.hasPrefix("./") { path.removeFirst(2) }
    while path.hasSuffix("/") { path.removeLast() }
    self.path = path
    switch bytes[156] {
    case 0, UInt8(ascii: "0"): (kind, self.size) = (.file, size)
    case UInt8(ascii: "5"): (kind, self.size) = (.folder, 0)
    case UInt8(ascii: "x"), UInt8(ascii: "g"): (kind, self.size) = (.comment, size)
    case UInt8(ascii: "1"), UInt8(ascii: "2"): throw .archive("\(archive) holds the link \"\(path)\"; a plugin has none")
    case UInt8(ascii: "3"), UInt8(ascii: "4"): throw .archive("\(archive) holds the device \"\(path)\"; a plugin has none")
    case UInt8(ascii: "6"): throw .archive("\(archive) holds the pipe \"\(path)\"; a plugin has none")
    default: throw .archive("\(archive) holds \"\(path)\", which is neither file nor folder")
    }
  }
}
