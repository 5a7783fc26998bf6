/// An AWS API as the plugins' manifests declare it: the endpoint's key and how its bodies are written.
public struct AWSService: Sendable, Hashable {
  /// How bodies are written.
  public enum Encoding: Sendable, Hashable { case form(QueryForm), json }

  /// The key in the manifest's `endpoints`.
  public let endpoint: String
  /// How bodies are written.
  public let encoding: Encoding

  /// The endpoint of that name.
  public static let ec2 = AWSService(endpoint: "ec2", encoding: .form(.ec2))
  /// The endpoint of that name.
  public static let iam = AWSService(endpoint: "iam", encoding: .form(.query(elements: [:])))
  /// The endpoint `rds`. The elements' names are those of the API's model (version 2014-10-31).
  public static let rds = AWSService(
    endpoint: "rds",
    encoding: .form(
      .query(elements: [
        "Tags": "Tag", "VpcSecurityGroupIds": "VpcSecurityGroupId", "SubnetIds": "SubnetIdentifier", "Filters": "Filter",
        "Values": "Value",
      ])))
  /// The endpoint of that name.
  public static let elb = AWSService(endpoint: "elbv2", encoding: .form(.query(elements: [:])))
  /// The endpoint of that name.
  public static let ecs = AWSService(endpoint: "ecs", encoding: .json)
  /// The endpoint of that name.
  public static let ecr = AWSService(endpoint: "ecr", encoding: .json)
  /// The endpoint of that name.
  public static let logs = AWSService(endpoint: "logs", encoding: .json)
  /// The endpoint of that name.
  public static let secrets = AWSService(endpoint: "secretsmanager", encoding: .json)
  /// The endpoint of that name.
  public static let ssm = AWSService(endpoint: "ssm", encoding: .json)
  /// The endpoint `sns`. Its maps are lists of `entry`.
  public static let sns = AWSService(endpoint: "sns", encoding: .form(.query(elements: ["Attributes": "entry"])))
}
