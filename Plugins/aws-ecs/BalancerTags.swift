internal import AWSDriver
internal import JSON
internal import PluginKit

/// The tags of load balancers, target groups and listeners, which no describe call shows.
enum BalancerTags {
  static func of(_ arn: JSON?, _ step: Step) throws -> [String: String] {
    guard let arn else { return [:] }
    guard let answer = try step.askIfFound(.elb, "DescribeTags", ["ResourceArns": [arn]]) else { return [:] }
    return tagMap(try step.member("TagDescriptions", of: answer, "DescribeTags").items().first?["Tags"])
  }

  /// Makes the tags of an update those that are wanted.
  static func update(_ step: Step, of arn: String) throws {
    let change = step.tagChange
    if !change.removed.isEmpty {
      _ = try step.ask(.elb, "RemoveTags", ["ResourceArns": [.string(arn)], "TagKeys": change.removedKeys], select: [])
    }
    if !change.added.isEmpty { _ = try step.ask(.elb, "AddTags", ["ResourceArns": [.string(arn)], "Tags": change.list()], select: []) }
  }
}
