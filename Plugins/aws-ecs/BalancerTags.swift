internal import AWSDriver
internal import JSON
internal import PluginKit

/// The tags of load balancers, target groups and listeners, which no describe call shows.
enum BalancerTags {
  static func of(_ arn: JSON?, _ step: Step) throws -> [String: String] {
    guard let arn else { return [:] }
    let answer = try step.askIfFound(.elb, "DescribeTags", ["ResourceArns": [arn]])
    return tagMap(answer?["TagDescriptions"].items().first?["Tags"])
  }
}
