/// In whose name and where an effect is done.
public struct CloudContext: Sendable {
  /// The client's variables, not the host's.
  public var environment: ClientEnvironment
  /// The region whose endpoints are called, such as `eu-west-1`.
  public var region: String
  /// The account's id; nil when it is not known yet.
  public var account: String?
  /// `aws`, `aws-cn`, `aws-us-gov` ...
  public var partition: String
  /// Who proves it.
  public var credentials: any CredentialProviding

  /// A context; without `partition` it follows from the region.
  public init(
    environment: ClientEnvironment, region: String, account: String? = nil, partition: String? = nil,
    credentials: any CredentialProviding
  ) {
    self.environment = environment
    self.region = region
    self.account = account
    self.partition = partition ?? Partition.of(region: region)
    self.credentials = credentials
  }
}
