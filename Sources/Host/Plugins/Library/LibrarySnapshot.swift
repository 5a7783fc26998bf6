internal import CLinux
internal import COpenSSL
internal import Glibc

/// A library as it was when it was checked: a copy in sealed memory, so that what is loaded is what was hashed
/// and inspected, whatever happens to the file (docs/architecture.md, "Loading").
public final class LibrarySnapshot: Sendable {
  /// Why a library file could not be taken.
  public enum Failure: Error, Hashable, Sendable {
    case cannotOpen(errno: Int32)
    case notRegular
    case tooLarge(Int)
    case cannotCopy(errno: Int32)
  }

  /// Nothing that is a driver is larger.
  static let limit = 256 << 20

  /// The sealed memfd.
  let descriptor: Int32
  /// The SHA-256 of the bytes in lower-case hexadecimal.
  public let sha256: String
  /// How many bytes there are.
  public let size: Int

  /// Copies and hashes in one pass, then seals. Blocking.
  public init(path: String) throws(Failure) {
    let file = clinux_open_regular(path)
    guard file >= 0 else { throw .cannotOpen(errno: errno) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw .cannotOpen(errno: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular }
    guard status.st_size <= Self.limit else { throw .tooLarge(Int(status.st_size)) }
    let low = clinux_memfd("cld-plugin")
    guard low >= 0 else { throw .cannotCopy(errno: errno) }
    let memory = clinux_duplicate(low)
    close(low)
    guard memory >= 0 else { throw .cannotCopy(errno: errno) }
    do throws(Failure) {
      (sha256, size) = try Self.copy(from: file, to: memory)
      guard clinux_seal(memory) == 0 else { throw .cannotCopy(errno: errno) }
    } catch {
      close(memory)
      throw error
    }
    descriptor = memory
  }

  deinit { close(descriptor) }

  /// Calls with the bytes, mapped from the sealed memory. Nil when they cannot be mapped.
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result? {
    guard size > 0 else { return body(UnsafeRawBufferPointer(start: nil, count: 0)) }
    guard let mapping = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), mapping != MAP_FAILED else { return nil }
    defer { munmap(mapping, size) }
    return body(UnsafeRawBufferPointer(start: mapping, count: size))
  }

  private static func copy(from file: Int32, to memory: Int32) throws(Failure) -> (String, Int) {
    guard let digest = EVP_MD_CTX_new() else { throw .cannotCopy(errno: ENOMEM) }
    defer { EVP_MD_CTX_free(digest) }
    guard EVP_DigestInit_ex(digest, EVP_sha256(), nil) == 1 else { throw .cannotCopy(errno: EINVAL) }
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    var size = 0
    while true {
      let count = read(file, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .cannotCopy(errno: errno) }
      if count == 0 { break }
      size += count
      guard size <= limit else { throw .tooLarge(size) }
      guard EVP_DigestUpdate(digest, chunk, count) == 1, clinux_write_all(memory, chunk, count) == 0 else {
        throw .cannotCopy(errno: errno)
      }
    }
    return (finish(digest), size)
  }

  /// The SHA-256 of some bytes in lower-case hexadecimal.
  public static func sha256(_ bytes: [UInt8]) -> String {
    guard let digest = EVP_MD_CTX_new() else { return "" }
    defer { EVP_MD_CTX_free(digest) }
    EVP_DigestInit_ex(digest, EVP_sha256(), nil)
    EVP_DigestUpdate(digest, bytes, bytes.count)
    return finish(digest)
  }

  private static func finish(_ digest: OpaquePointer) -> String {
    var hash = [UInt8](repeating: 0, count: 32)
    EVP_DigestFinal_ex(digest, &hash, nil)
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: hash.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
