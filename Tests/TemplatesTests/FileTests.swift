import JSON
import Templates
import Testing

@Suite struct FileTests {
  private func environment(_ text: String) throws -> EnvironmentFile {
    try EnvironmentFile(SourceDocument(text: text, file: "env.yaml"))
  }

  @Test func anEnvironmentFileIsRead() throws {
    let file = try environment(
      """
      environment:
        network: {vpc: vpc-1, subnets: [s-1, s-2]}
        resources:
          aws:
            - resource:
                type: rds
                configuration: {engine: mysql, storage: 20}
                policy: {access: open}
        app_deployment:
          target: aws
          type: ecs
          cluster_size: 2
      """)
    #expect(file.resources.map(\.alias) == ["rds"])
    #expect(file.resources[0].configuration == ["engine": "mysql", "storage": 20])
    #expect(file.resources[0].policy == ["access": "open"])
    #expect(file.deployment?.configuration == ["cluster_size": 2])
    #expect(file.network["vpc"] == "vpc-1")
  }

  @Test(arguments: [
    ("environment:\n  resource: {}\n", "env.yaml:2:3: unknown key 'resource'; did you mean 'resources'?"),
    ("environment: [1]\n", "env.yaml:1:1: 'environment' must be a mapping, and is an array"),
    ("environment: {}\n", "env.yaml:1:1: asks for nothing: add `resources:` or `app_deployment:`"),
    ("environment:\n  app_deployment: {target: aws}\n", "env.yaml:2:3: 'type' is missing: add `type: ecs`"),
    ("environment:\n  resources:\n    aws:\n      - resource: {type: 7}\n", "env.yaml:4:20: 'type' must be a text, and is an integer"),
    ("environment:\n  a: 1\n  a: 2\n", "env.yaml:3:3: 'a' is given twice"),
    ("", "env.yaml:1:1: is empty"),
    ("app:\n  image: x\n", "env.yaml:1:1: unknown key 'app'; known keys: environment"),
  ])
  func aMistakeIsNamedWithItsPlace(text: String, message: String) {
    #expect { try environment(text) } throws: { "\($0)" == message }
  }

  @Test func whatIsNotYAMLIsRefusedWithItsPlace() {
    #expect { try environment("environment: {a: [1,\n") } throws: { "\($0)".hasPrefix("env.yaml:2:1: is not YAML: ") }
  }

  @Test func referencesAreFoundInsideTexts() {
    let parts = EnvironmentReference.parse("mysql://$CLOUDARK_RDS_Username:$CLD_RDS_Password@h$5 $CLD_")
    #expect(
      parts == [
        .text("mysql://"),
        .reference(EnvironmentReference(alias: "rds", attribute: "Username", text: "$CLOUDARK_RDS_Username")),
        .text(":"), .reference(EnvironmentReference(alias: "rds", attribute: "Password", text: "$CLD_RDS_Password")),
        .text("@h$5 $CLD_"),
      ])
  }
}
