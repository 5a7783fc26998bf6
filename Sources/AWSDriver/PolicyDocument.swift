public import JSON

/// Policies as IAM has them. It keeps a document as it was sent, but for the principals, and shows it percent-encoded (API reference, `GetRole`).
public enum PolicyDocument {
  /// The document of an answer; nil when it is none.
  public static func read(_ encoded: JSON?) -> JSON? {
    guard let text = encoded?.string, let decoded = decoded(text) else { return nil }
    return try? JSON.parse(decoded)
  }

  /// Whether a document is the one that was asked for, as text or as a mapping. IAM takes a list of one for its element, and lists have no order
  /// ("Grammar of the IAM JSON policy language").
  public static func isSame(_ document: JSON, _ asked: JSON) -> Bool {
    let asked = asked.string.flatMap { try? JSON.parse($0) } ?? asked
    return canonical(document) == canonical(asked)
  }

  private static func canonical(_ json: JSON) -> JSON {
    switch json {
    case .object(let members): return .object(members.mapValues(canonical))
    case .array(let elements):
      let texts = Dictionary(elements.map(canonical).map { ($0.text, $0) }) { first, _ in first }
      let sorted = texts.sorted { $0.key < $1.key }.map(\.value)
      return sorted.count == 1 ? sorted[0] : .array(sorted)
    case .string(let text): return .string(account(text) ?? text)
    default: return json.scalarText.map { .string($0) } ?? json
    }
  }

  /// The account of `arn:aws:iam::123456789012:root`, which IAM writes where a policy names an account as principal.
  private static func account(_ text: String) -> String? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 6, parts[0] == "arn", parts[2] == "iam", parts[3].isEmpty, parts[5] == "root" else { return nil }
    return String(parts[4])
  }

  private static func decoded(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = text.utf8.makeIterator()
    while let byte = rest.next() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.next(), let low = rest.next(), let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16) else { return nil }
      bytes.append(value)
    }
    return bytes
  }
}
