internal import AWSDriver
internal import JSON
internal import PluginKit

/// An instance's properties as EC2 shows them (API reference, `Instance`).
enum InstanceProperties {
  /// What of an instance only a refresh needs.
  static let parts = ["imageId", "instanceType", "keyName", "subnetId", "groupSet", "iamInstanceProfile"]

  static func actual(_ step: Step, _ instance: JSON) -> JSON? {
    step.actual { actual in
      actual.set(["InstanceType": instance["instanceType"], "KeyName": instance["keyName"], "SubnetId": instance["subnetId"]])
      // `resolve:ssm:…` names an image in a way that EC2 does not show.
      actual.set("ImageId", instance["imageId"]) { $0.string?.hasPrefix("ami-") != true }
      actual.set(["SecurityGroupIds": instance["groupSet"].map { .array($0.items().compactMap { $0["groupId"] }) }])
      actual.set(["IamInstanceProfile": profile(instance["iamInstanceProfile"]).map { .string($0) } ?? .null])
      actual.set(["Tags": instance["tagSet"].map { step.userTags(tagMap($0)) }])
    }
  }

  /// The name at the end of `arn:aws:iam::ACCOUNT:instance-profile/PATH/NAME`.
  static func profile(_ association: JSON?) -> String? { association?["arn"]?.string?.split(separator: "/").last.map(String.init) }
}
