internal import AWSDriver
internal import JSON
internal import PluginKit

/// The lookups of a network: `Cld::AWS::DefaultVpc` and `Cld::AWS::Vpc`.
enum NetworkLookups {
  static let defaultVPC = awsType("Cld::AWS::DefaultVpc", kind: .lookup, ["read": readDefault])
  static let vpc = awsType("Cld::AWS::Vpc", kind: .lookup, ["read": readNamed])

  private static let remedy = "name one under `network:` (`vpc`, `subnets`) of the environment file"

  @Sendable private static func readDefault(_ step: Step) throws -> Done {
    let answer = try step.ask(
      .ec2, "DescribeVpcs", ["Filter": [["Name": "is-default", "Value": ["true"]]]],
      select: ["/vpcSet/*/vpcId", "/vpcSet/*/cidrBlock", "/vpcSet/*/isDefault"])
    // Emulators ignore filters that they do not know.
    let vpc = answer["vpcSet"].items().first { $0["isDefault"]?.string == "true" }
    let region = step.config["region"]?.string ?? "this region"
    guard let vpc, let id = vpc["vpcId"]?.string else {
      throw Failure(.notFound, "this account has no default VPC in \(region); \(remedy)")
    }
    let subnets = try subnets(step, of: id)
    guard subnets.count >= 2 else {
      throw Failure(
        .notFound, "the default VPC in \(region) has subnets in \(subnets.count) availability zones, and two are needed; \(remedy)")
    }
    return ready(vpc: vpc, id: id, subnets: subnets)
  }

  @Sendable private static func readNamed(_ step: Step) throws -> Done {
    let id = try step.required("Id")
    let answer = try step.askIfFound(
      .ec2, "DescribeVpcs", ["VpcId": [.string(id)]], select: ["/vpcSet/*/vpcId", "/vpcSet/*/cidrBlock"])
    guard let vpc = answer?["vpcSet"].items().first else {
      throw Failure(.notFound, "there is no VPC \(id) in \(step.config["region"]?.string ?? "this region")", property: "/Id")
    }
    guard let named = step.properties["Subnets"]?.array, !named.isEmpty else {
      let all = try subnets(step, of: id)
      guard all.count >= 2 else {
        throw Failure(
          .notFound, "the VPC \(id) has subnets in \(all.count) availability zones, and two are needed; add one, or name another VPC",
          property: "/Id")
      }
      return ready(vpc: vpc, id: id, subnets: all)
    }
    let found = try step.askIfFound(
      .ec2, "DescribeSubnets", ["SubnetId": .array(named)],
      select: ["/subnetSet/*/subnetId", "/subnetSet/*/vpcId", "/subnetSet/*/availabilityZone"])
    let subnets = found?["subnetSet"].items().filter { $0["vpcId"]?.string == id } ?? []
    guard subnets.count == named.count else {
      throw Failure(.notFound, "not all of the subnets under `network:` are in the VPC \(id)", property: "/Subnets")
    }
    return ready(vpc: vpc, id: id, subnets: subnets)
  }

  /// One subnet of each availability zone (a load balancer refuses two of one zone), the zone's default one where there is one.
  private static func subnets(_ step: Step, of vpc: String) throws -> [JSON] {
    let parts = ["subnetId", "vpcId", "availabilityZone", "defaultForAz"]
    let answer = try step.ask(
      .ec2, "DescribeSubnets", ["Filter": [["Name": "vpc-id", "Value": [.string(vpc)]]]],
      select: parts.map { "/subnetSet/*/\($0)" })
    var zones: [String: JSON] = [:]
    for subnet in answer["subnetSet"].items() where subnet["vpcId"]?.string == vpc {
      guard let zone = subnet["availabilityZone"]?.string else { continue }
      if zones[zone] == nil || subnet["defaultForAz"]?.string == "true" { zones[zone] = subnet }
    }
    return zones.sorted { $0.key < $1.key }.map(\.value)
  }

  private static func ready(vpc: JSON, id: String, subnets: [JSON]) -> Done {
    .ready(
      id: id,
      attributes: [
        "VpcId": .string(id), "CidrBlock": vpc["cidrBlock"] ?? .null,
        "SubnetIds": .array(subnets.compactMap { $0["subnetId"] }),
        "AvailabilityZones": .array(subnets.compactMap { $0["availabilityZone"] }),
      ])
  }
}
