internal import AWSDriver
public import PluginABI
internal import PluginKit

let driver = Driver(
  name: "aws-basics", version: "0.1.0", types: [Topic.handlers, Parameter.handlers, StoredValueLookup.handlers])

/// The library's one exported symbol.
@c @implementation
public func cld_plugin_entry(_ hostMinimum: UInt32, _ hostMaximum: UInt32) -> UnsafePointer<cld_plugin>? {
  driver.export(hostMinimum: hostMinimum, hostMaximum: hostMaximum)
}
