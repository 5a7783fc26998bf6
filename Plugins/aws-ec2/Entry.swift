internal import AWSDriver
public import PluginABI
internal import PluginKit

let driver = Driver(
  name: "aws-ec2", version: "0.1.0",
  types: [
    NetworkLookups.defaultVPC, NetworkLookups.vpc, ZoneLookup.handlers, ImageLookup.handlers, SecurityGroup.handlers, SecurityGroupIngress.handlers,
    KeyPair.handlers, Instance.handlers, Role.handlers, InstanceProfile.handlers,
  ])

/// The library's one exported symbol.
@c @implementation
public func cld_plugin_entry(_ hostMinimum: UInt32, _ hostMaximum: UInt32) -> UnsafePointer<cld_plugin>? {
  driver.export(hostMinimum: hostMinimum, hostMaximum: hostMaximum)
}
