internal import AWSDriver
internal import JSON
internal import PluginKit

/// What an application file becomes on a cluster of ECS.
enum ApplicationExpansion {
  @Sendable static func expand(_ step: Step) throws -> Done {
    let app = try Application(step)
    var resources: [String: JSON] = [
      "LogGroup": Template.resource("AWS::Logs::LogGroup", ["RetentionInDays": 30]),
      "TaskDefinition": try TaskFragment.definition(app),
      "ExecutionRole": Template.resource(
        "AWS::IAM::Role",
        [
          "AssumeRolePolicyDocument": Trust.document("ecs-tasks.amazonaws.com"),
          "ManagedPolicyArns": ["arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"],
          "Policies": app.secrets.isEmpty
            ? nil
            : [["PolicyName": "secrets", "PolicyDocument": Trust.reading(app.secrets.keys.sorted().map(Template.ref))]],
        ]),
      "Service": service(app),
    ]
    for (logicalID, value) in app.secrets {
      resources[logicalID] = Template.resource("AWS::SecretsManager::Secret", ["SecretString": value])
    }
    resources.merge(balancer(app)) { first, _ in first }
    resources.merge(admission(app)) { first, _ in first }
    let address = Template.attribute("LoadBalancer", "DNSName")
    let url =
      app.hostPort == 80
      ? Template.join("http://", address) : Template.join("http://", address, .string(":\(app.hostPort)"))
    return .fragment(resources: resources, outputs: ["URL": ["Value": url]])
  }

  /// The one open door: the application's port on the load balancer.
  private static func balancer(_ app: Application) -> [String: JSON] {
    [
      "LoadBalancerSecurityGroup": Template.resource(
        "AWS::EC2::SecurityGroup",
        [
          "GroupDescription": "The application's port, for everyone", "VpcId": app.vpc,
          "SecurityGroupIngress": [
            ["IpProtocol": "tcp", "FromPort": .int(app.hostPort), "ToPort": .int(app.hostPort), "CidrIp": "0.0.0.0/0"]
          ],
        ]),
      "LoadBalancer": Template.resource(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        [
          "Type": "application", "Scheme": "internet-facing", "Subnets": app.subnets,
          "SecurityGroups": [Template.attribute("LoadBalancerSecurityGroup", "GroupId")],
        ]),
      "TargetGroup": Template.resource(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        [
          "Protocol": "HTTP", "Port": .int(app.containerPort), "VpcId": app.vpc,
          "TargetType": app.launch == .fargate ? "ip" : "instance", "HealthCheckPath": .string(app.healthCheck),
          "HealthCheckIntervalSeconds": 10, "HealthyThresholdCount": 2, "Matcher": ["HttpCode": "200-399"],
          "TargetGroupAttributes": [["Key": "deregistration_delay.timeout_seconds", "Value": "15"]],
        ]),
      "Listener": Template.resource(
        "AWS::ElasticLoadBalancingV2::Listener",
        [
          "LoadBalancerArn": Template.ref("LoadBalancer"), "Port": .int(app.hostPort), "Protocol": "HTTP",
          "DefaultActions": [["Type": "forward", "TargetGroupArn": Template.ref("TargetGroup")]],
        ]),
    ]
  }

  /// Lets the load balancer, and nothing else, reach the containers.
  private static func admission(_ app: Application) -> [String: JSON] {
    let source = Template.attribute("LoadBalancerSecurityGroup", "GroupId")
    switch app.launch {
    case .ec2:
      // The range that Docker gives dynamic host ports from ("PortMapping" of the ECS API reference).
      return [
        "TasksIngress": Template.resource(
          "AWS::EC2::SecurityGroupIngress",
          [
            "GroupId": app.clientSecurityGroup, "IpProtocol": "tcp", "FromPort": 32768, "ToPort": 65535,
            "SourceSecurityGroupId": source,
          ])
      ]
    case .fargate:
      return [
        "TasksSecurityGroup": Template.resource(
          "AWS::EC2::SecurityGroup",
          [
            "GroupDescription": "The application's containers", "VpcId": app.vpc,
            "SecurityGroupIngress": [
              [
                "IpProtocol": "tcp", "FromPort": .int(app.containerPort), "ToPort": .int(app.containerPort),
                "SourceSecurityGroupId": source,
              ]
            ],
          ])
      ]
    }
  }

  private static func service(_ app: Application) -> JSON {
    var network: JSON?
    if app.launch == .fargate {
      let groups = [Template.attribute("TasksSecurityGroup", "GroupId"), app.clientSecurityGroup] + app.securityGroups
      network = [
        "AwsvpcConfiguration": [
          "Subnets": app.subnets, "SecurityGroups": .array(groups),
          // Without an address of its own a task in a default subnet cannot fetch its image.
          "AssignPublicIp": "ENABLED",
        ]
      ]
    }
    return Template.resource(
      "AWS::ECS::Service",
      [
        "Cluster": app.cluster, "TaskDefinition": Template.ref("TaskDefinition"), "DesiredCount": .int(app.count),
        "LaunchType": .string(app.launch.name), "NetworkConfiguration": network,
        "LoadBalancers": [
          [
            "ContainerName": .string(Application.container), "ContainerPort": .int(app.containerPort),
            "TargetGroupArn": Template.ref("TargetGroup"),
          ]
        ],
        "HealthCheckGracePeriodSeconds": 60,
        "DeploymentConfiguration": [
          // The host rolls back: a service that never was steady has nothing to go back to.
          "DeploymentCircuitBreaker": ["Enable": true, "Rollback": false], "MaximumPercent": 200, "MinimumHealthyPercent": 100,
        ],
        "PropagateTags": "SERVICE",
      ], dependsOn: app.launch == .ec2 ? ["Listener", "TasksIngress"] : ["Listener"])
  }
}
