internal import AWSDriver
internal import JSON
internal import PluginKit

/// Why tasks of a service stopped. ECS remembers stopped tasks for about an hour.
struct StoppedTasks {
  struct Stop {
    let time: Double
    let task: String
    let reason: String
  }

  let stops: [Stop]

  /// The reasons, newest first.
  var reasons: [String] { stops.sorted { $0.time > $1.time }.map(\.reason) }

  init(_ step: Step, cluster: String, service: String) throws {
    let listed = try step.askIfFound(
      .ecs, "ListTasks",
      ["cluster": .string(cluster), "serviceName": .string(service), "desiredStatus": "STOPPED", "maxResults": 100])
    let arns = listed?["taskArns"].items() ?? []
    guard !arns.isEmpty else {
      stops = []
      return
    }
    let described = try step.ask(
      .ecs, "DescribeTasks", ["cluster": .string(cluster), "tasks": .array(arns)],
      select: ["taskArn", "stoppedReason", "stoppedAt", "createdAt", "containers"].map { "/tasks/*/\($0)" })
    stops = described["tasks"].items().compactMap(Self.stop)
  }

  private static func stop(_ task: JSON) -> Stop? {
    let id = task["taskArn"]?.string?.split(separator: "/").last.map(String.init) ?? "task"
    var parts = [task["stoppedReason"]?.string].compactMap { $0 }
    for container in task["containers"].items() {
      let name = container["name"]?.string ?? "container"
      if let code = container["exitCode"]?.int { parts.append("\(name) exited with \(code)") }
      if let reason = container["reason"]?.string { parts.append("\(name): \(reason)") }
    }
    guard !parts.isEmpty else { return nil }
    let time = task["stoppedAt"]?.double ?? task["createdAt"]?.double ?? 0
    return Stop(time: time, task: id, reason: parts.joined(separator: ", "))
  }
}
