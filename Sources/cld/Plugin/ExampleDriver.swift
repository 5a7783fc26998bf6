internal import Glibc
internal import Plugins

/// The example driver of one language, as it is installed: its files hold the example's name, which a new driver replaces by its own.
struct ExampleDriver {
  private let folder: String
  /// The example's name, such as `c-driver`.
  private let name: String

  /// The example of a language; nil when it is not installed.
  init?(_ language: String, in folder: String) {
    self.folder = "\(folder)/\(language)"
    name = "\(language)-driver"
    guard access(self.folder + "/manifest.json.in", R_OK) == 0 else { return nil }
  }

  /// Writes the driver under another name. `prefix` is the installation that its Makefile is to use.
  func write(name new: String, prefix: String, to target: String) throws {
    let replacements = [
      (name, new), (name.replacing("-", with: "_"), new.replacing("-", with: "_")), (Self.camel(name), Self.camel(new)),
      ("CLD_PREFIX ?= /usr/local", "CLD_PREFIX ?= \(prefix)"),
    ]
    try copy(folder, to: target) { text in replacements.reduce(text) { $0.replacing($1.0, with: $1.1) } }
  }

  private func copy(_ source: String, to target: String, _ transform: (String) -> String) throws {
    guard mkdir(target, 0o755) == 0 else { throw Self.failure(target) }
    for entry in File.names(in: source) ?? [] {
      let (from, to) = ("\(source)/\(entry)", "\(target)/\(transform(entry))")
      if File.names(in: from) != nil {
        try copy(from, to: to, transform)
      } else {
        guard let bytes = File.read(from, limit: 1 << 20) else { throw Self.failure(from) }
        guard File.replace(to, with: Array(transform(String(decoding: bytes, as: UTF8.self)).utf8)), chmod(to, 0o644) == 0 else {
          throw Self.failure(to)
        }
      }
    }
  }

  /// `acme-dns` as types and modules have it: `AcmeDns`.
  private static func camel(_ name: String) -> String {
    name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  private static func failure(_ path: String) -> CommandFailure {
    CommandFailure("\(path) cannot be written: \(String(cString: strerror(errno)))", errno == EACCES ? .permission : .failed)
  }
}
