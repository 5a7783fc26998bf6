public import Contract
internal import COpenSSL

/// Names, tags and tokens: each a function of what it belongs to and of nothing else, so that a host that
/// starts again after a crash finds the same ones (architecture.md, rule 2 of the journal).
public struct Naming: Sendable {
  /// The id of the installation.
  public let installation: String

  /// The names of an installation.
  public init(installation: String) { self.installation = installation }

  /// `<stack>-<timestamp>-<logical id>`, with the generation from the second on, shortened to the type's own limit with a hash.
  /// - Parameter createdAt: when the stack was created, in seconds since 1970; UTC in the name.
  public func name(stack: String, createdAt: Int64, logicalID: String, generation: Int, naming: TypeSchema.Naming?) -> String {
    let suffix = generation > 1 ? "-g\(generation)" : ""
    var full = "\(stack)-\(Self.timestamp(createdAt))-\(logicalID)\(suffix)"
    let allowed = naming?.punctuation ?? "-"
    full = String(full.map { $0.isASCII && ($0.isLetter || $0.isNumber || allowed.contains($0)) ? $0 : "-" })
    if naming?.lowercase == true { full = full.lowercased() }
    let longest = naming?.longest ?? 255
    guard full.count > longest else { return full }
    let hash = digest("name|\(installation)|\(stack)|\(createdAt)|\(logicalID)|\(generation)").prefix(8)
    var head = full.prefix(max(0, longest - 9))
    while head.last == "-" { head = head.dropLast() }
    return "\(head)-\(hash)"
  }

  /// The ownership tags of a resource.
  public func tags(stack: String, stackID: String, logicalID: String, resourceID: String, generation: Int) -> [String: String] {
    [
      "cld:installation": installation, "cld:stack": stackID, "cld:stack-name": stack, "cld:logical-id": logicalID,
      "cld:resource": "\(resourceID)-\(generation)",
    ]
  }

  /// The client token of an effect: 32 hexadecimal digits, the same for every retry of that effect within its operation.
  public func token(resourceID: String, generation: Int, operationID: String, key: String) -> String {
    String(digest("token|\(installation)|\(resourceID)|\(generation)|\(operationID)|\(key)").prefix(32))
  }

  /// `yyyymmddhhmmss` in UTC of seconds since 1970, by Howard Hinnant's civil-from-days algorithm.
  public static func timestamp(_ seconds: Int64) -> String {
    let days = Int((Double(seconds) / 86400).rounded(.down))
    let second = Int(seconds) - days * 86400
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthIndex = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
    let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let parts = [(year, 4), (month, 2), (day, 2), (second / 3600, 2), (second / 60 % 60, 2), (second % 60, 2)]
    return parts.map { value, width in
      let text = String(value)
      return String(repeating: "0", count: max(0, width - text.count)) + text
    }.joined()
  }

  private func digest(_ text: String) -> String {
    var out = [UInt8](repeating: 0, count: 32)
    let bytes = Array(text.utf8)
    SHA256(bytes, bytes.count, &out)
    return out.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
