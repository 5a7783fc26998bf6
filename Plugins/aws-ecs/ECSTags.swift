internal import AWSDriver
internal import JSON
internal import PluginKit

/// The tags of ECS's and ECR's things, which change by two calls of the same names.
enum ECSTags {
  /// Makes the tags of an update those that are wanted.
  static func update(_ step: Step, _ service: AWSService, of arn: JSON?) throws {
    guard let arn, arn.string != nil else { throw Failure(.internal, "AWS answered a thing without an ARN") }
    let change = step.tagChange
    if !change.removed.isEmpty {
      _ = try step.ask(service, "UntagResource", ["resourceArn": arn, "tagKeys": change.removedKeys], select: [])
    }
    if !change.added.isEmpty {
      let list = change.list(service == .ecs ? .lower : .upper)
      _ = try step.ask(service, "TagResource", ["resourceArn": arn, "tags": list], select: [])
    }
  }
}
