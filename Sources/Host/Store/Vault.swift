internal import COpenSSL
internal import Glibc

/// Why a secret cannot be sealed or opened.
public enum VaultError: Error, Sendable, CustomStringConvertible {
  /// The key file cannot be read or written.
  case keyFile(path: String, reason: String)
  /// The key file can be read by others.
  case keyFileMode(path: String)
  /// The sealed bytes are not what this key sealed.
  case notAuthentic(handle: String)
  /// OpenSSL refused; that is a fault of the machine.
  case cryptography

  /// The sentence for people.
  public var description: String {
    switch self {
    case .keyFile(let path, let reason): "\(path): \(reason)"
    case .keyFileMode(let path): "\(path) can be read by other users: run chmod 600 on it"
    case .notAuthentic(let handle):
      "secret \(handle) cannot be opened: the key file is not the one that it was sealed with"
    case .cryptography: "OpenSSL cannot do AES-256-GCM here"
    }
  }
}

/// Seals secrets at rest with AES-256-GCM (NIST SP 800-38D) under a key file of mode 0600. The handle is authenticated
/// with the secret, so sealed bytes cannot be moved to another handle.
public struct Vault: Sendable {
  private let key: [UInt8]

  private static let nonceLength = 12
  private static let tagLength = 16

  /// Reads the key file, and makes it when it is not there.
  public init(keyFile path: String) throws(VaultError) {
    var information = stat()
    if stat(path, &information) == 0 {
      guard information.st_mode & 0o077 == 0 else { throw .keyFileMode(path: path) }
      key = try Self.read(path)
      return
    }
    key = try Self.random(32)
    // O_EXCL: two hosts that start at once must not each write a key; the loser reads the winner's.
    let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .keyFile(path: path, reason: String(cString: strerror(errno))) }
    defer { close(descriptor) }
    let written = key.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    guard written == key.count, fsync(descriptor) == 0 else {
      throw .keyFile(path: path, reason: String(cString: strerror(errno)))
    }
  }

  /// The secret, encrypted and authenticated together with its handle.
  public func seal(_ secret: String, handle: String) throws(VaultError) -> [UInt8] {
    let nonce = try Self.random(Self.nonceLength)
    guard let context = EVP_CIPHER_CTX_new() else { throw .cryptography }
    defer { EVP_CIPHER_CTX_free(context) }
    let plain = Array(secret.utf8)
    let associated = Array(handle.utf8)
    var out = [UInt8](repeating: 0, count: plain.count + 16)
    var tag = [UInt8](repeating: 0, count: Self.tagLength)
    var count: Int32 = 0
    var rest: Int32 = 0
    var ignored: Int32 = 0
    guard EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce) == 1,
      EVP_EncryptUpdate(context, nil, &ignored, associated, Int32(associated.count)) == 1,
      EVP_EncryptUpdate(context, &out, &count, plain, Int32(plain.count)) == 1,
      EVP_EncryptFinal_ex(context, nil, &rest) == 1,
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(Self.tagLength), &tag) == 1
    else { throw .cryptography }
    return nonce + tag + out.prefix(Int(count))
  }

  /// The secret of a handle.
  public func open(_ sealed: [UInt8], handle: String) throws(VaultError) -> String {
    guard sealed.count >= Self.nonceLength + Self.tagLength else { throw .notAuthentic(handle: handle) }
    guard let context = EVP_CIPHER_CTX_new() else { throw .cryptography }
    defer { EVP_CIPHER_CTX_free(context) }
    let nonce = Array(sealed.prefix(Self.nonceLength))
    var tag = Array(sealed.dropFirst(Self.nonceLength).prefix(Self.tagLength))
    let cipher = Array(sealed.dropFirst(Self.nonceLength + Self.tagLength))
    let associated = Array(handle.utf8)
    var out = [UInt8](repeating: 0, count: cipher.count + 16)
    var count: Int32 = 0
    var rest: Int32 = 0
    var ignored: Int32 = 0
    guard EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce) == 1,
      EVP_DecryptUpdate(context, nil, &ignored, associated, Int32(associated.count)) == 1,
      EVP_DecryptUpdate(context, &out, &count, cipher, Int32(cipher.count)) == 1,
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(Self.tagLength), &tag) == 1,
      EVP_DecryptFinal_ex(context, nil, &rest) == 1
    else { throw .notAuthentic(handle: handle) }
    return String(decoding: out.prefix(Int(count)), as: UTF8.self)
  }

  /// A text's signature under the key: HMAC-SHA256 (RFC 2104) in hexadecimal digits, for addresses that only this host can make.
  public func signature(of text: String) -> String {
    // The key of signatures is another one than that of secrets.
    let signing = Self.hmac(key, Array("cld addresses".utf8))
    return Self.hmac(signing, Array(text.utf8)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// Whether this is a text's signature; takes as long for a wrong one as for the right one.
  public func isSignature(_ candidate: String, of text: String) -> Bool {
    let (ours, theirs) = (Array(signature(of: text).utf8), Array(candidate.utf8))
    return ours.count == theirs.count && CRYPTO_memcmp(ours, theirs, ours.count) == 0
  }

  private static func hmac(_ key: [UInt8], _ text: [UInt8]) -> [UInt8] {
    var out = [UInt8](repeating: 0, count: 32)
    var count: UInt32 = 32
    HMAC(EVP_sha256(), key, Int32(key.count), text, text.count, &out, &count)
    return out
  }

  /// Random bytes of the machine's generator.
  public static func random(_ count: Int) throws(VaultError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    guard RAND_bytes(&bytes, Int32(count)) == 1 else { throw .cryptography }
    return bytes
  }

  private static func read(_ path: String) throws(VaultError) -> [UInt8] {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .keyFile(path: path, reason: String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 33)
    let count = Glibc.read(descriptor, &bytes, bytes.count)
    guard count == 32 else { throw .keyFile(path: path, reason: "holds \(max(0, count)) bytes and must hold 32") }
    return Array(bytes.prefix(32))
  }
}
