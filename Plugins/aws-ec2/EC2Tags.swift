internal import AWSDriver
internal import JSON
internal import PluginKit

/// The tags of EC2's things, which change by two calls that know any id.
enum EC2Tags {
  /// Makes the tags of an update those that are wanted.
  static func update(_ step: Step, of id: String) throws {
    let change = step.tagChange
    if !change.removed.isEmpty {
      let keys = change.removed.map { JSON.object(["Key": .string($0)]) }
      _ = try step.ask(.ec2, "DeleteTags", ["ResourceId": [.string(id)], "Tag": .array(keys)], select: ["/return"])
    }
    if !change.added.isEmpty {
      _ = try step.ask(.ec2, "CreateTags", ["ResourceId": [.string(id)], "Tag": change.list()], select: ["/return"])
    }
  }
}
