public import PluginABI
internal import PluginKit
internal import Simulated

let driver = simulated(version: "2.0.0", stamp: "2")

/// The library's one exported symbol.
@c @implementation
public func cld_plugin_entry(_ hostMinimum: UInt32, _ hostMaximum: UInt32) -> UnsafePointer<cld_plugin>? {
  driver.export(hostMinimum: hostMinimum, hostMaximum: hostMaximum)
}
