internal import JSON
internal import Store

/// Takes the secrets out of what a user wrote, before a driver or the database sees it: each becomes a handle.
struct SecretSealing {
  /// The secrets that were found, sealed, by handle.
  private(set) var sealed: [(handle: String, sealed: [UInt8])] = []
  private let vault: Vault

  init(vault: Vault) { self.vault = vault }

  /// Members whose name says that their value is secret, in the configuration of any driver and in a container's environment.
  private static let words = ["password", "passwd", "secret", "token", "private_key", "privatekey", "passphrase", "api_key", "apikey"]

  static func isSecret(name: String) -> Bool {
    let lowered = name.lowercased()
    return words.contains(where: lowered.contains)
  }

  /// Whether a text is a URL with a password in it (RFC 3986, section 3.2.1).
  static func holdsPassword(_ text: String) -> Bool {
    guard let start = text.firstRange(of: "://")?.upperBound, let at = text[start...].firstIndex(of: "@") else { return false }
    let userinfo = text[start..<at]
    return userinfo.contains(":") && !userinfo.contains("/")
  }

  /// The value with each text under a secret's name replaced by its handle.
  mutating func seal(_ value: JSON) throws -> JSON {
    switch value {
    case .array(let elements): return .array(try elements.map { try seal($0) })
    case .object(let members):
      var out: [String: JSON] = [:]
      for (name, member) in members {
        if let text = member.scalarText, !text.isEmpty, Self.isSecret(name: name) || Self.holdsPassword(text) {
          out[name] = try keep(text)
        } else {
          out[name] = try seal(member)
        }
      }
      return .object(out)
    default: return value
    }
  }

  /// The value with each `$generate` replaced by the handle of a new password.
  mutating func generate(in value: JSON) throws -> JSON {
    switch value {
    case .array(let elements): return .array(try elements.map { try generate(in: $0) })
    case .object(let members):
      if members.count == 1, let wanted = members["$generate"] {
        return try keep(PasswordGenerator.password(length: Int(wanted["length"]?.int ?? 24)))
      }
      return .object(try members.mapValues { try generate(in: $0) })
    default: return value
    }
  }

  /// Seals one secret and gives its expression.
  mutating func keep(_ secret: String) throws -> JSON {
    let handle = "sec-" + (try Store.identifier())
    sealed.append((handle, try vault.seal(secret, handle: handle)))
    return ["$secret": .string(handle)]
  }
}
