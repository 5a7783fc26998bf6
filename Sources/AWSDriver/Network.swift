public import JSON
internal import PluginKit

/// The network of an environment: the default VPC, or what `network:` of the environment file names. Both lookups have the
/// attributes VpcId, CidrBlock and SubnetIds.
public struct Network: Sendable {
  /// The logical id of the lookup in a fragment.
  public static let logicalID = "Network"
  /// The lookup.
  public let lookup: JSON
  /// How many subnets the lookup has at least.
  public let subnetCount: Int
  /// Security groups that everything in the environment gets besides its own.
  public let securityGroups: [JSON]

  /// Reads `network` of an expand operation's input.
  public init(_ network: JSON?) throws {
    guard let network, !network.isNull else {
      self.init(lookup: Template.resource("Cld::AWS::DefaultVpc"), subnetCount: 2, securityGroups: [])
      return
    }
    let configuration = try Configuration(network, at: "/network", keys: ["vpc", "subnets", "security_groups"])
    guard let vpc = network["vpc"], vpc.string != nil || vpc.object != nil else {
      throw Failure(.badRequest, "`network:` needs `vpc`, the id of a VPC", property: "/network/vpc")
    }
    let subnets = try configuration.list("subnets")
    // A load balancer and a DB subnet group need subnets in two availability zones.
    guard subnets.count != 1 else {
      throw Failure(
        .badRequest, "`subnets` must name at least two, in different availability zones", property: "/network/subnets")
    }
    self.init(
      lookup: Template.resource("Cld::AWS::Vpc", ["Id": vpc, "Subnets": subnets.isEmpty ? nil : .array(subnets)]),
      subnetCount: max(2, subnets.count), securityGroups: try configuration.list("security_groups"))
  }

  private init(lookup: JSON, subnetCount: Int, securityGroups: [JSON]) {
    self.lookup = lookup
    self.subnetCount = subnetCount
    self.securityGroups = securityGroups
  }

  /// An attribute of the lookup.
  public func attribute(_ name: String) -> JSON { Template.attribute(Self.logicalID, name) }
}
