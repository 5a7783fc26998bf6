internal import Glibc
internal import JSON

/// The variables of this shell that the clouds' own tools read; they go with each request, and the host keeps them in memory only.
enum ClientVariables {
  private static let prefixes = ["AWS_", "GOOGLE_", "CLOUDSDK_", "KUBECONFIG", "CLD_ENDPOINT_URL"]
  private static let names: Set<String> = ["HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"]

  static var json: JSON {
    var members: [String: JSON] = [:]
    var next = environ
    while let entry = next.pointee {
      let text = String(cString: entry)
      next += 1
      guard let equals = text.firstIndex(of: "=") else { continue }
      let name = String(text[..<equals])
      if names.contains(name) || prefixes.contains(where: name.hasPrefix) {
        members[name] = .string(String(text[text.index(after: equals)...]))
      }
    }
    return .object(Defaults.read().applied(to: members))
  }
}

/// The folders and variables of this program.
enum Paths {
  static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// `CLD_HOME`, or `~/.cld`.
  static var home: String { variable("CLD_HOME") ?? ((variable("HOME") ?? "/") + "/.cld") }

  static var socket: String { home + "/host.sock" }

  /// The prefix in which this program is installed: the folder above `bin`.
  static var prefix: String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    let path = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return path.split(separator: "/").dropLast(2).map { "/" + $0 }.joined()
  }
}
