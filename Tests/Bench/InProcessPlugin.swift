import Glibc
import PluginABI

/// A driver loaded into this process, which no host does: what a step costs without a worker around it.
struct InProcessPlugin {
  private let plugin: UnsafePointer<cld_plugin>

  init(path: String) throws {
    typealias Entry = @convention(c) (UInt32, UInt32) -> UnsafePointer<cld_plugin>?
    guard let library = dlopen(path, RTLD_NOW | RTLD_LOCAL), let symbol = dlsym(library, "cld_plugin_entry"),
      let plugin = unsafeBitCast(symbol, to: Entry.self)(1, 1)
    else { throw WorkerBench.Missing(path: path) }
    self.plugin = plugin
  }

  /// One step whose answer is dropped.
  func step(_ request: [UInt8]) {
    var sink = cld_sink(size: UInt32(MemoryLayout<cld_sink>.size), reserved: 0, host: nil, write: { _, _ in })
    request.withUnsafeBytes { bytes in
      plugin.pointee.step(cld_text(bytes: bytes.baseAddress?.assumingMemoryBound(to: CChar.self), count: bytes.count), &sink)
    }
  }
}
