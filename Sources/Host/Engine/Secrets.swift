public import JSON
internal import Store

extension JSON {
  /// The handles of the secrets that expressions in the value name.
  var secretHandles: Set<String> {
    switch self {
    case .array(let elements): return elements.reduce(into: []) { $0.formUnion($1.secretHandles) }
    case .object(let members):
      if members.count == 1, let handle = members["$secret"]?.string { return [handle] }
      return members.values.reduce(into: []) { $0.formUnion($1.secretHandles) }
    default: return []
    }
  }

  /// The value as it is shown: each expression over a secret as `****`.
  public var masked: JSON {
    switch self {
    case .array(let elements): return .array(elements.map(\.masked))
    case .object(let members):
      if members.count == 1, let key = members.keys.first, key.hasPrefix("$"), !secretHandles.isEmpty { return "****" }
      return .object(members.mapValues(\.masked))
    default: return self
    }
  }
}

extension Store {
  /// Opens the secrets of these handles.
  func secrets(_ handles: Set<String>) async throws -> [String: String] {
    guard !handles.isEmpty else { return [:] }
    let vault = vault
    return try await read { transaction in
      var out: [String: String] = [:]
      for handle in handles {
        guard let sealed = try transaction.sealedSecret(handle) else { continue }
        out[handle] = try vault.open(sealed, handle: handle)
      }
      return out
    }
  }
}

/// Passwords for `{"$generate": {"length": n}}`: made by the host, once, and kept as secrets.
enum PasswordGenerator {
  /// Letters and digits without those that look alike; every service accepts them.
  private static let alphabet = Array("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789")

  /// A password of at least 12 characters, with a letter first since some databases want one.
  static func password(length: Int) -> String {
    var generator = SystemRandomNumberGenerator()
    var characters = [alphabet.prefix(48).randomElement(using: &generator) ?? "A"]
    while characters.count < max(12, length) { characters.append(alphabet.randomElement(using: &generator) ?? "A") }
    return String(characters)
  }
}
