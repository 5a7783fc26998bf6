internal import Contract
internal import Synchronization

/// Knows the secret values that this process has seen and replaces them in text that people read. Thread-safe.
///
/// Values shorter than six characters are not collected: replacing them would garble text and hide nothing.
public final class Redactor: Sendable {
  /// The one of this process.
  public static let shared = Redactor()

  /// What stands in the place of a secret.
  public static let mask = "****"

  // Longest first, so that a secret that holds another one goes as a whole.
  private let forms = Mutex<[[UInt8]]>([])

  /// A redactor that knows no secret yet.
  public init() {}

  /// Adds a value, its base 64 and its percent-encoded form.
  public func register(_ secret: String) {
    guard secret.count >= 6 else { return }
    let base64 = Base64.encode(Array(secret.utf8))
    var fresh = [secret, base64, PercentEncoding.encode(secret), PercentEncoding.encode(base64)]
    // As JSON text writes it, when that is something else.
    fresh.append(Self.jsonEscaped(secret))
    forms.withLock { forms in
      for form in fresh.map({ Array($0.utf8) }) where !forms.contains(form) {
        let place = forms.firstIndex { $0.count < form.count } ?? forms.endIndex
        forms.insert(form, at: place)
      }
    }
  }

  /// Adds the secret parts of credentials.
  public func register(_ credentials: AWSCredentials) {
    register(credentials.secretAccessKey)
    if let token = credentials.sessionToken { register(token) }
  }

  /// The text with every known secret masked.
  public func redact(_ text: String) -> String {
    let forms = forms.withLock { $0 }
    var bytes = Array(text.utf8)
    var changed = false
    for form in forms where bytes.count >= form.count {
      var out: [UInt8] = []
      var index = 0
      var found = false
      while index < bytes.count {
        if bytes[index] == form[0], bytes[index...].starts(with: form) {
          out += Array(Self.mask.utf8)
          index += form.count
          found = true
        } else {
          out.append(bytes[index])
          index += 1
        }
      }
      if found {
        bytes = out
        changed = true
      }
    }
    return changed ? String(decoding: bytes, as: UTF8.self) : text
  }

  private static func jsonEscaped(_ text: String) -> String {
    text.reduce(into: "") { out, character in
      switch character {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      default: out.append(character)
      }
    }
  }
}
