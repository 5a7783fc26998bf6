internal import AWSDriver
internal import JSON
internal import PluginKit

/// The tags of RDS's things, which change by two calls that want an ARN.
enum DBTags {
  /// Makes the tags of an update those that are wanted.
  static func update(_ step: Step, of arn: JSON?) throws {
    guard let arn, arn.string != nil else { throw Failure(.internal, "RDS answered a thing without an ARN") }
    let change = step.tagChange
    if !change.removed.isEmpty {
      _ = try step.ask(.rds, "RemoveTagsFromResource", ["ResourceName": arn, "TagKeys": change.removedKeys], select: [])
    }
    if !change.added.isEmpty { _ = try step.ask(.rds, "AddTagsToResource", ["ResourceName": arn, "Tags": change.list()], select: []) }
  }
}
