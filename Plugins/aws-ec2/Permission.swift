internal import AWSDriver
internal import JSON

/// A rule of a security group in CloudFormation's words, as EC2's `IpPermissions` has it.
enum Permission {
  static func parameters(_ rule: JSON) -> JSON {
    var permission: [String: JSON] = ["IpProtocol": rule["IpProtocol"] ?? "tcp"]
    permission["FromPort"] = rule["FromPort"]
    permission["ToPort"] = rule["ToPort"] ?? rule["FromPort"]
    let description = rule["Description"] ?? .null
    if let cidr = rule["CidrIp"] {
      permission["IpRanges"] = [JSON.object(["CidrIp": cidr, "Description": description]).withoutNulls()]
    }
    if let cidr = rule["CidrIpv6"] {
      permission["Ipv6Ranges"] = [JSON.object(["CidrIpv6": cidr, "Description": description]).withoutNulls()]
    }
    if let group = rule["SourceSecurityGroupId"] {
      permission["Groups"] = [JSON.object(["GroupId": group, "Description": description]).withoutNulls()]
    }
    return .object(permission)
  }

  /// A rule as EC2 has it among these permissions; nil when it is not there. What EC2 writes in another way than the rule stays as in the rule.
  static func find(_ rule: JSON, in described: [JSON]) -> JSON? {
    for permission in described where hasPorts(permission, rule) {
      guard let range = ranges(permission, rule).first else { continue }
      guard rule["Description"] != nil else { return rule }
      var found = rule
      found["Description"] = range["description"] ?? ""
      return found
    }
    return nil
  }

  private static func hasPorts(_ described: JSON, _ rule: JSON) -> Bool {
    let name = transport(rule["IpProtocol"] ?? "tcp")
    guard transport(described["ipProtocol"] ?? .null) == name else { return false }
    // Of the others all ports are open, whatever the rule says (API reference, `IpPermission`).
    guard ["tcp", "udp", "icmp", "icmpv6"].contains(name) else { return true }
    if let from = rule["FromPort"]?.scalarText, described["fromPort"]?.scalarText != from { return false }
    if let to = (rule["ToPort"] ?? rule["FromPort"])?.scalarText, described["toPort"]?.scalarText != to { return false }
    return true
  }

  /// The sources of a permission that are the rule's.
  private static func ranges(_ described: JSON, _ rule: JSON) -> [JSON] {
    if let cidr = rule["CidrIp"]?.string { return described["ipRanges"].items().filter { CIDR.isSame($0["cidrIp"]?.string, cidr) } }
    if let cidr = rule["CidrIpv6"]?.string { return described["ipv6Ranges"].items().filter { CIDR.isSame($0["cidrIpv6"]?.string, cidr) } }
    let group = rule["SourceSecurityGroupId"]?.string
    return described["groups"].items().filter { $0["groupId"]?.string == group }
  }

  /// The name by which EC2 shows a protocol that may be given as its number.
  private static func transport(_ json: JSON) -> String {
    let text = json.scalarText?.lowercased() ?? ""
    return ["6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"][text] ?? text
  }

  /// Where a rule lets in from.
  static func source(_ rule: JSON) -> String? {
    (rule["SourceSecurityGroupId"] ?? rule["CidrIp"] ?? rule["CidrIpv6"])?.string
  }
}
