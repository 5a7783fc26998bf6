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

  /// Whether a permission that EC2 describes lets in what the rule says.
  static func matches(_ described: JSON, _ rule: JSON) -> Bool {
    guard described["ipProtocol"]?.scalarText == (rule["IpProtocol"] ?? "tcp").scalarText else { return false }
    if let from = rule["FromPort"]?.scalarText, described["fromPort"]?.scalarText != from { return false }
    if let to = (rule["ToPort"] ?? rule["FromPort"])?.scalarText, described["toPort"]?.scalarText != to { return false }
    if let cidr = rule["CidrIp"]?.string {
      return described["ipRanges"].items().contains { $0["cidrIp"]?.string == cidr }
    }
    if let cidr = rule["CidrIpv6"]?.string {
      return described["ipv6Ranges"].items().contains { $0["cidrIpv6"]?.string == cidr }
    }
    let group = rule["SourceSecurityGroupId"]?.string
    return described["groups"].items().contains { $0["groupId"]?.string == group }
  }

  /// Where a rule lets in from.
  static func source(_ rule: JSON) -> String? {
    (rule["SourceSecurityGroupId"] ?? rule["CidrIp"] ?? rule["CidrIpv6"])?.string
  }
}
