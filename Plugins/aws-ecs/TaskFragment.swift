internal import AWSDriver
internal import JSON
internal import PluginKit

/// The task definition of an application.
enum TaskFragment {
  static func definition(_ app: Application) throws -> JSON {
    var properties: [String: JSON] = [
      "ContainerDefinitions": [container(app)], "ExecutionRoleArn": Template.attribute("ExecutionRole", "Arn"),
      "NetworkMode": "bridge", "RequiresCompatibilities": [.string(app.launch.name)],
    ]
    if app.launch == .fargate {
      let size = try FargateSize(memory: app.memory, cpu: app.cpu)
      properties["NetworkMode"] = "awsvpc"
      properties["Cpu"] = .string(String(size.cpu))
      properties["Memory"] = .string(String(size.memory))
    }
    return Template.resource("AWS::ECS::TaskDefinition", properties)
  }

  private static func container(_ app: Application) -> JSON {
    var container: [String: JSON] = [
      "Name": .string(Application.container), "Image": app.image, "Essential": true,
      // Host port 0: any that is free, so that several tasks fit on one machine. On Fargate it must be the container's.
      "PortMappings": [
        [
          "ContainerPort": .int(app.containerPort), "HostPort": .int(app.launch == .ec2 ? 0 : app.containerPort),
          "Protocol": "tcp",
        ]
      ],
      "Environment": .array(
        app.plain.sorted { $0.key < $1.key }.map { ["Name": .string($0.key), "Value": $0.value] }),
      "LogConfiguration": [
        "LogDriver": "awslogs",
        "Options": [
          "awslogs-group": Template.ref("LogGroup"), "awslogs-region": .string(app.region),
          "awslogs-stream-prefix": .string(Application.container),
        ],
      ],
    ]
    if app.launch == .ec2 {
      container["Memory"] = .int(app.memory)
      container["Cpu"] = app.cpu.map { .int($0) }
    }
    if !app.hidden.isEmpty {
      container["Secrets"] = .array(
        app.hidden.sorted { $0.key < $1.key }.map { ["Name": .string($0.key), "ValueFrom": Template.ref($0.value)] })
    }
    if let registry = app.registry {
      container["RepositoryCredentials"] = ["CredentialsParameter": Template.ref(registry)]
    }
    return .object(container)
  }
}
