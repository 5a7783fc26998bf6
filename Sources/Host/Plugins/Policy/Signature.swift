internal import COpenSSL
internal import Contract
internal import Glibc

/// The publisher's signature of a plugin: `manifest.sig` beside the manifest, 64 raw bytes of ed25519 (RFC 8032).
enum Signature {
  static let file = "manifest.sig"
  private static let size = 64

  /// Checks the signature with each key; nil when one of them made it.
  static func refusal(_ manifest: Manifest, in folder: String, digests: PluginDigests, keys: [[UInt8]]) -> Refusal? {
    let path = "\(folder)/\(file)"
    guard !keys.isEmpty else {
      return Refusal(.signatureUntrusted, "no policy names a key of the publisher \"\(manifest.publisher)\"")
    }
    guard let signature = File.read(path, limit: size) else {
      return errno == ENOENT
        ? Refusal(.signatureMissing, "\(path) does not exist") : Refusal(.signatureInvalid, "\(path) is not \(size) bytes that can be read")
    }
    let text = digests.signedText(of: manifest)
    guard signature.count == size, keys.contains(where: { verifies(signature, of: text, with: $0) }) else {
      return Refusal(.signatureInvalid, "\(path) is not the signature of these files by \"\(manifest.publisher)\"")
    }
    return nil
  }

  /// The 32 bytes of a public key in base64; nil when the text is anything else.
  static func publicKey(_ base64: String) -> [UInt8]? {
    let text = Array(base64.utf8)
    guard text.count == 44 else { return nil }
    var bytes = [UInt8](repeating: 0, count: 33)
    // 44 characters with one `=` are 32 bytes; OpenSSL counts the padding as a byte.
    guard EVP_DecodeBlock(&bytes, text, 44) == 33, text[43] == UInt8(ascii: "=") else { return nil }
    return Array(bytes.prefix(32))
  }

  private static func verifies(_ signature: [UInt8], of text: [UInt8], with key: [UInt8]) -> Bool {
    guard let publicKey = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, key, key.count) else { return false }
    defer { EVP_PKEY_free(publicKey) }
    guard let context = EVP_MD_CTX_new() else { return false }
    defer { EVP_MD_CTX_free(context) }
    guard EVP_DigestVerifyInit(context, nil, nil, nil, publicKey) == 1 else { return false }
    return EVP_DigestVerify(context, signature, signature.count, text, text.count) == 1
  }
}
