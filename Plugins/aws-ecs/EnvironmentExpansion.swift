internal import AWSDriver
internal import JSON
internal import PluginKit

/// What `app_deployment: {target: aws, type: ecs}` of an environment file becomes.
enum EnvironmentExpansion {
  private static let keys: Set<String> = ["cluster_size", "instance_type", "launch_type", "key_name"]

  @Sendable static func expand(_ step: Step) throws -> Done {
    let configuration = try Configuration(step.input["configuration"], keys: keys)
    let choice = try configuration.choice("launch_type", LaunchType.allCases.map(\.rawValue), default: "ec2")
    let launch = LaunchType(rawValue: choice) ?? .ec2
    if launch == .fargate {
      for key in ["cluster_size", "instance_type", "key_name"] where configuration[key] != nil {
        throw Failure(.badRequest, "\(key) has no meaning with launch_type fargate", property: "/configuration/\(key)")
      }
    }
    let network = try Network(step.input["network"])
    let size = Int(try configuration.number("cluster_size", 1...100, default: 1) ?? 1)

    var resources: [String: JSON] = [
      Network.logicalID: network.lookup,
      "Cluster": Template.resource("AWS::ECS::Cluster"),
      // Nothing may connect to it: it only tells who the cluster is. Applications add what they need.
      "ClientSecurityGroup": Template.resource(
        "AWS::EC2::SecurityGroup",
        ["GroupDescription": "The containers of the cluster", "VpcId": network.attribute("VpcId")]),
    ]
    if launch == .ec2 {
      resources.merge(try machines(configuration, size: size, network: network)) { first, _ in first }
    }
    var exports: [String: JSON] = [
      "ClusterName": Template.ref("Cluster"), "ClusterArn": Template.attribute("Cluster", "Arn"),
      "VpcId": network.attribute("VpcId"), "SubnetIds": network.attribute("SubnetIds"),
      "ClientSecurityGroup": Template.attribute("ClientSecurityGroup", "GroupId"), "LaunchType": .string(launch.rawValue),
      "InstanceCount": .int(launch == .ec2 ? Int64(size) : 0),
    ]
    if !network.securityGroups.isEmpty { exports["SecurityGroups"] = .array(network.securityGroups) }
    return .fragment(resources: resources, outputs: ["Cluster": ["Value": Template.ref("Cluster")]], exports: exports)
  }

  private static func machines(_ configuration: Configuration, size: Int, network: Network) throws -> [String: JSON] {
    let type = try configuration.text("instance_type") ?? "t3.medium"
    var resources: [String: JSON] = [
      "Image": Template.resource("Cld::AWS::EcsImage", ["Architecture": .string(architecture(type))]),
      "InstanceRole": Template.resource(
        "AWS::IAM::Role",
        [
          "AssumeRolePolicyDocument": Trust.document("ec2.amazonaws.com"),
          "ManagedPolicyArns": ["arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role"],
        ]),
      "InstanceProfile": Template.resource("AWS::IAM::InstanceProfile", ["Roles": [Template.ref("InstanceRole")]]),
    ]
    let names = (1...size).map { "Instance\($0)" }
    for (index, name) in names.enumerated() {
      resources[name] = Template.resource(
        "AWS::EC2::Instance",
        [
          "ImageId": Template.attribute("Image", "ImageId"), "InstanceType": .string(type), "KeyName": configuration["key_name"],
          "SubnetId": Template.select(index % network.subnetCount, network.attribute("SubnetIds")),
          "SecurityGroupIds": .array([Template.attribute("ClientSecurityGroup", "GroupId")] + network.securityGroups),
          "IamInstanceProfile": Template.ref("InstanceProfile"), "UserData": ["$base64": userData],
        ])
    }
    resources["Capacity"] = Template.resource(
      "Cld::AWS::EcsClusterCapacity", ["Cluster": Template.ref("Cluster"), "Count": .int(Int64(size))], dependsOn: names)
    return resources
  }

  /// "Bootstrapping Amazon ECS Linux container instances" of the ECS developer guide.
  private static let userData = Template.join(
    "#!/bin/bash\necho ECS_CLUSTER=", Template.ref("Cluster"), " >> /etc/ecs/ecs.config\n")

  /// Graviton families have a `g` after their generation: t4g, m7gd, c6gn.
  private static func architecture(_ instanceType: String) -> String {
    if instanceType.hasPrefix("a1.") { return "arm64" }
    let family = instanceType.split(separator: ".").first ?? ""
    let letters = family.drop { !$0.isNumber }.drop { $0.isNumber }
    return letters.hasPrefix("g") ? "arm64" : "x86_64"
  }
}
