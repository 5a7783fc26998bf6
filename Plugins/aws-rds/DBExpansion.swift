internal import AWSDriver
internal import JSON
internal import PluginKit

/// What an entry `type: rds` of an environment file becomes.
enum DBExpansion {
  private static let keys: Set<String> = [
    "engine", "flavor", "storage", "version", "username", "password", "db_name", "final_snapshot", "multi_az",
  ]
  private static let ports: [String: Int64] = ["mysql": 3306, "mariadb": 3306, "postgres": 5432]

  @Sendable static func expand(_ step: Step) throws -> Done {
    let configuration = try Configuration(step.input["configuration"], keys: keys)
    let engine = try configuration.choice("engine", ["mysql", "postgres", "mariadb"])
    let flavor = try configuration.text("flavor") ?? "db.t3.micro"
    let port = ports[engine] ?? 3306
    let network = try Network(step.input["network"])
    let access = try Access(step.input["policy"])
    // Even with a wrong type it is refused here and not at the delete, which is what the host reads it for.
    _ = try configuration.flag("final_snapshot")

    var resources: [String: JSON] = [
      Network.logicalID: network.lookup,
      "SecurityGroup": Template.resource(
        "AWS::EC2::SecurityGroup",
        ["GroupDescription": "Who may connect to the database", "VpcId": network.attribute("VpcId")]),
      "SubnetGroup": Template.resource(
        "AWS::RDS::DBSubnetGroup",
        ["DBSubnetGroupDescription": "Where the database runs", "SubnetIds": network.attribute("SubnetIds")]),
      "Database": Template.resource(
        "AWS::RDS::DBInstance",
        [
          "Engine": .string(engine), "EngineVersion": try configuration.text("version").map { .string($0) },
          "DBInstanceClass": .string(flavor),
          "AllocatedStorage": .int(try configuration.number("storage", 5...65536, default: 20) ?? 20),
          "MasterUsername": .string(try username(configuration)), "MasterUserPassword": configuration["password"] ?? generated,
          "DBName": .string(try name(configuration)), "Port": .int(port),
          // The one class that is still sold and cannot encrypt ("Encrypting Amazon RDS resources" of the user guide).
          "StorageEncrypted": .bool(flavor != "db.t2.micro"),
          "MultiAZ": try configuration.flag("multi_az").map { .bool($0) },
          "PubliclyAccessible": .bool(!access.cidrs.isEmpty),
          "DBSubnetGroupName": Template.ref("SubnetGroup"),
          "VPCSecurityGroups": .array([Template.attribute("SecurityGroup", "GroupId")] + network.securityGroups),
        ]),
    ]
    let sources = access.cidrs.map { ("CidrIp", JSON.string($0)) } + (access.cidrs.isEmpty ? peers(step) : [])
    for (index, source) in sources.enumerated() {
      resources["Ingress\(index + 1)"] = Template.resource(
        "AWS::EC2::SecurityGroupIngress",
        [
          "GroupId": Template.attribute("SecurityGroup", "GroupId"), "IpProtocol": "tcp", "FromPort": .int(port),
          "ToPort": .int(port), source.0: source.1,
        ])
    }
    return .fragment(
      resources: resources,
      outputs: [
        "Address": ["Value": Template.attribute("Database", "Endpoint.Address")],
        "Port": ["Value": Template.attribute("Database", "Endpoint.Port")],
      ],
      exports: exports(username: .string(try username(configuration)), name: .string(try name(configuration))))
  }

  private static let generated: JSON = ["$generate": ["length": 24]]

  /// The portable names, and those that CloudARK's application files use.
  private static func exports(username: JSON, name: JSON) -> [String: JSON] {
    let address = Template.attribute("Database", "Endpoint.Address")
    let password = Template.attribute("Database", "Password")
    return [
      "Address": address, "Port": Template.attribute("Database", "Endpoint.Port"), "Username": username, "Password": password,
      "DBName": name, "Endpoint": address, "MasterUsername": username, "MasterUserPassword": password,
      "DBInstanceIdentifier": Template.ref("Database"), "DBInstanceArn": Template.attribute("Database", "DBInstanceArn"),
      "SecurityGroup": Template.attribute("SecurityGroup", "GroupId"),
    ]
  }

  /// What the clusters of the environment say about where their connections come from.
  private static func peers(_ step: Step) -> [(String, JSON)] {
    var sources: [(String, JSON)] = []
    for peer in step.input["peers"].items() where peer["kind"]?.string == "coe" {
      if let group = peer["exports"]?["ClientSecurityGroup"], !group.isNull { sources.append(("SourceSecurityGroupId", group)) }
      for cidr in peer["exports"]?["ClientCidrs"]?.array ?? [] { sources.append(("CidrIp", cidr)) }
    }
    return sources
  }

  private static func username(_ configuration: Configuration) throws -> String {
    let text = try configuration.text("username") ?? "cld"
    guard let first = text.unicodeScalars.first, first.properties.isAlphabetic, text.utf8.count <= 16 else {
      throw Failure(
        .badRequest, "username must start with a letter and have at most 16 characters", property: "/configuration/username")
    }
    return text
  }

  private static func name(_ configuration: Configuration) throws -> String {
    let text = try configuration.text("db_name") ?? "app"
    let allowed = text.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 95 }
    guard allowed, let first = text.unicodeScalars.first, first.properties.isAlphabetic, text.utf8.count <= 63 else {
      throw Failure(
        .badRequest, "db_name must start with a letter and have only letters, digits and _", property: "/configuration/db_name")
    }
    return text
  }
}
