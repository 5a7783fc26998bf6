internal import JSON
public import PluginABI

/// The C face of one driver; made once and never freed, as the ABI wants it.
private struct Exported: @unchecked Sendable {
  // Sound: both are written once, in the initialiser of a global, and only read afterwards.
  let driver: Driver
  let plugin: UnsafePointer<cld_plugin>
}

/// The driver that this library exports. Each library links the kit statically, so there is one per library.
/// Sound: written by `export` before the host has a pointer through which it could call, and the host never calls from two
/// threads at once (cld_plugin.h).
nonisolated(unsafe) private var exported: Exported?

extension Driver {
  /// What `cld_plugin_entry` returns: null when driver and host share no epoch.
  public func export(hostMinimum: UInt32, hostMaximum: UInt32) -> UnsafePointer<cld_plugin>? {
    guard (hostMinimum...max(hostMinimum, hostMaximum)).contains(CLD_ABI_EPOCH) else { return nil }
    if let exported { return exported.plugin }
    let plugin = UnsafeMutablePointer<cld_plugin>.allocate(capacity: 1)
    plugin.initialize(
      to: cld_plugin(
        size: UInt32(MemoryLayout<cld_plugin>.size), abi_min: CLD_ABI_EPOCH, abi_max: CLD_ABI_EPOCH, reserved: 0,
        name: Self.permanent(name), version: Self.permanent(version), describe: describeEntry, step: stepEntry,
        facet: nil))
    exported = Exported(driver: self, plugin: UnsafePointer(plugin))
    return UnsafePointer(plugin)
  }

  private static func permanent(_ text: String) -> cld_text {
    let bytes = Array(text.utf8)
    let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
    for (index, byte) in bytes.enumerated() { copy[index] = CChar(bitPattern: byte) }
    copy[bytes.count] = 0
    return cld_text(bytes: copy, count: bytes.count)
  }
}

private func describeEntry(_ sink: UnsafePointer<cld_sink>?) {
  guard let exported else { return }
  write(exported.driver.description, to: sink)
}

private func stepEntry(_ request: cld_text, _ sink: UnsafePointer<cld_sink>?) {
  guard let exported else { return }
  let bytes = UnsafeRawBufferPointer(start: request.bytes, count: request.count)
  do {
    write(exported.driver.answer(to: try JSON.parse(bytes)), to: sink)
  } catch {
    write(Failure(.badRequest, "the request is not JSON: \(error.message)").json, to: sink)
  }
}

private func write(_ answer: JSON, to sink: UnsafePointer<cld_sink>?) {
  guard let sink, let write = sink.pointee.write else { return }
  answer.bytes.withUnsafeBufferPointer { buffer in
    buffer.withMemoryRebound(to: CChar.self) { chars in
      write(sink.pointee.host, cld_text(bytes: chars.baseAddress, count: chars.count))
    }
  }
}
