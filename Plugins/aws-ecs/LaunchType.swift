/// Where the tasks of a cluster run.
enum LaunchType: String, CaseIterable {
  /// On machines of the environment.
  case ec2
  /// On AWS's own.
  case fargate

  /// As the API writes it.
  var name: String { self == .ec2 ? "EC2" : "FARGATE" }
}
