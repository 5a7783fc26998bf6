internal import AWSDriver
internal import JSON
internal import PluginKit

/// `Cld::AWS::AvailabilityZones`: what `Fn::GetAZs` is in the region. "Returns only Availability Zones that have a default subnet unless none
/// of the Availability Zones has a default subnet; in that case, all Availability Zones are returned" (CloudFormation, Fn::GetAZs).
enum ZoneLookup {
  static let handlers = awsType("Cld::AWS::AvailabilityZones", kind: .lookup, ["read": read])

  @Sendable private static func read(_ step: Step) throws -> Done {
    let subnets = try step.ask(
      .ec2, "DescribeSubnets", ["Filter": [["Name": "default-for-az", "Value": ["true"]]]],
      select: ["/subnetSet/*/availabilityZone", "/subnetSet/*/defaultForAz"])
    // Emulators ignore filters that they do not know.
    let found = subnets["subnetSet"].items().filter { $0["defaultForAz"]?.string == "true" }.compactMap { $0["availabilityZone"]?.string }
    let zones = try found.isEmpty ? all(step) : found
    guard !zones.isEmpty else {
      throw Failure(.notFound, "EC2 names no availability zone in \(step.config["region"]?.string ?? "this region"); name the zones in the template")
    }
    return .ready(attributes: ["Zones": .array(Set(zones).sorted().map { .string($0) })])
  }

  private static func all(_ step: Step) throws -> [String] {
    let answer = try step.ask(
      .ec2, "DescribeAvailabilityZones", select: ["/availabilityZoneInfo/*/zoneName", "/availabilityZoneInfo/*/zoneType"])
    // Without being asked for more EC2 answers the zones that are open to the account; local ones and wavelengths are no availability zones.
    return answer["availabilityZoneInfo"].items().filter { ($0["zoneType"]?.string ?? "availability-zone") == "availability-zone" }
      .compactMap { $0["zoneName"]?.string }
  }
}
