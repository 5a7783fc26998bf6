internal import AWSDriver
internal import JSON
internal import PluginKit

/// `Cld::AWS::EcsImage`: the newest machine image for container instances of ECS.
enum ImageLookup {
  static let handlers = awsType("Cld::AWS::EcsImage", kind: .lookup, ["read": read])

  @Sendable private static func read(_ step: Step) throws -> Done {
    let arm = step.text("Architecture") == "arm64"
    // "Retrieving Amazon ECS-optimized Linux AMI metadata" of the ECS developer guide.
    let parameter =
      "/aws/service/ecs/optimized-ami/amazon-linux-2023/" + (arm ? "arm64/" : "") + "recommended/image_id"
    let answer = try step.askIfFound(.ssm, "GetParameter", ["Name": .string(parameter)], select: ["/Parameter/Value"])
    if let id = answer?["Parameter"]?["Value"]?.string, id.hasPrefix("ami-") { return ready(id) }
    return ready(try newest(step, architecture: arm ? "arm64" : "x86_64"))
  }

  /// The newest of Amazon's images with the name that the ECS-optimized ones have, for accounts that may not read the parameter's path.
  private static func newest(_ step: Step, architecture: String) throws -> String {
    let names: [JSON] = ["al2023-ami-ecs-hvm-*", "amzn2-ami-ecs-hvm-*", "amzn-ami-*-amazon-ecs-optimized"]
    let answer = try step.ask(
      .ec2, "DescribeImages",
      ["Owner": ["amazon"], "Filter": [["Name": "name", "Value": .array(names)]]],
      select: ["/imagesSet/*/imageId", "/imagesSet/*/creationDate", "/imagesSet/*/architecture"])
    let images = answer["imagesSet"].items().filter { ($0["architecture"]?.string ?? architecture) == architecture }
    let newest = images.max { ($0["creationDate"]?.string ?? "") < ($1["creationDate"]?.string ?? "") }
    guard let id = newest?["imageId"]?.string else {
      throw Failure(
        .notFound,
        "there is no ECS-optimized machine image for \(architecture) in \(step.config["region"]?.string ?? "this region"); choose another region or `launch_type: fargate`")
    }
    return id
  }

  private static func ready(_ id: String) -> Done { .ready(id: id, attributes: ["ImageId": .string(id)]) }
}
