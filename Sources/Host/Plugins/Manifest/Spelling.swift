/// The forms of names in a manifest.
public enum Spelling {
  static let nameForm = "lower-case letters, digits and dashes, starting with a letter, at most 64"
  static let versionForm = "a semantic version such as 1.2.3"
  static let typeForm = "a type name such as Vendor::Service::Thing"
  static let groupForm = "a cloud and a kind such as aws.resource"

  /// Lower-case letters, digits and dashes, starting with a letter.
  public static func isName(_ text: String) -> Bool {
    let bytes = text.utf8
    guard let first = bytes.first, isLower(first), bytes.count <= 64 else { return false }
    return bytes.allSatisfy { isLower($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
  }

  /// semver.org without build metadata: MAJOR.MINOR.PATCH and maybe -PRERELEASE.
  static func isVersion(_ text: String) -> Bool {
    let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let numbers = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    guard numbers.count == 3, numbers.allSatisfy(isNumber) else { return false }
    guard parts.count == 2 else { return true }
    return !parts[1].isEmpty
      && parts[1].utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
  }

  /// `Vendor::Service::Thing`: two to four parts of letters and digits.
  static func isTypeName(_ text: String) -> Bool {
    guard text.utf8.count <= 128 else { return false }
    var rest = Substring(text)
    var parts = 0
    while true {
      let part = rest.prefix { $0 != ":" }
      guard !part.isEmpty, part.utf8.allSatisfy({ isLetter($0) || isDigit($0) }) else { return false }
      parts += 1
      rest = rest[part.endIndex...]
      if rest.isEmpty { return (2...4).contains(parts) }
      guard rest.hasPrefix("::") else { return false }
      rest = rest.dropFirst(2)
    }
  }

  /// Two names with a dot between them.
  static func isGroup(_ text: String) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { isName(String($0)) }
  }

  /// Relative, and never out of the folder.
  static func isPath(_ text: String) -> Bool {
    guard !text.isEmpty, text.utf8.count <= 255, !text.utf8.contains(0), !text.utf8.contains(UInt8(ascii: "\\"))
    else { return false }
    return text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { $0 != "" && $0 != "." && $0 != ".." }
  }

  /// https with a host; the placeholders that the host knows are allowed in it.
  static func isEndpointURL(_ text: String) -> Bool {
    guard text.hasPrefix("https://") else { return false }
    var plain = text.dropFirst(8)
    var host = ""
    while let open = plain.firstIndex(of: "{") {
      guard let close = plain[open...].firstIndex(of: "}"),
        ["region", "account", "partitionSuffix"].contains(plain[plain.index(after: open)..<close])
      else { return false }
      host += plain[..<open] + "x"
      plain = plain[plain.index(after: close)...]
    }
    host += plain
    return !host.isEmpty
      && host.utf8.allSatisfy { isLetter($0) || isDigit($0) || ".-/:".utf8.contains($0) } && !host.hasPrefix("/")
  }

  /// `service:Action`.
  static func isIAMAction(_ text: String) -> Bool {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    return parts.count == 2
      && parts.allSatisfy { part in
        !part.isEmpty && part.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "*") }
      }
  }

  /// Capital letters, digits and underscores.
  static func isVariable(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { (65...90).contains($0) || isDigit($0) || $0 == UInt8(ascii: "_") }
  }

  /// 64 lower-case hexadecimal digits.
  static func isSHA256(_ text: String) -> Bool {
    text.utf8.count == 64 && text.utf8.allSatisfy { isDigit($0) || (97...102).contains($0) }
  }

  private static func isNumber(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.count <= 9 && text.utf8.allSatisfy(isDigit) && (text == "0" || text.first != "0")
  }
  private static func isLower(_ byte: UInt8) -> Bool { (97...122).contains(byte) }
  private static func isLetter(_ byte: UInt8) -> Bool { isLower(byte) || (65...90).contains(byte) }
  private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}
