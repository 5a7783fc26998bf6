import Foundation

/// A home folder of one test, removed with it.
final class Home {
  let path: String

  init(config: String? = nil, credentials: String? = nil) throws {
    path = NSTemporaryDirectory() + "cld-home-\(UUID().uuidString)"
    try write(".aws/config", config)
    try write(".aws/credentials", credentials)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ name: String, _ text: String?) throws {
    guard let text else { return }
    let file = URL(fileURLWithPath: "\(path)/\(name)")
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }
}
