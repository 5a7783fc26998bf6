internal import AWSDriver
internal import JSON
internal import PluginKit

/// The logs of an application: what its service says happened, why tasks stopped, and what the containers wrote.
enum Logs {
  /// The most pages of the runtime log that one operation fetches.
  private static let pages = 10

  @Sendable static func read(_ step: Step) throws -> Done {
    let resources = step.input["resources"].items()
    // The cursor is the time of the last line that was shown, in milliseconds; a new one shows what is later.
    let since = step.input["cursor"]?.string.flatMap { Int64($0) } ?? step.input["since"]?.int.map { $0 * 1000 - 1 } ?? -1
    var lines: [Line] = []
    for service in resources where service["type"]?.string == "AWS::ECS::Service" {
      lines += try deployment(step, service)
    }
    var more = false
    for group in resources where group["type"]?.string == "AWS::Logs::LogGroup" {
      guard let name = group["id"]?.string else { continue }
      let runtime = try runtime(step, name, since)
      lines += runtime.lines
      more = more || runtime.more
    }
    let shown = lines.filter { $0.milliseconds > since }.sorted { $0.milliseconds < $1.milliseconds }
    let last = shown.last?.milliseconds ?? since
    return .lines(shown.map(\.json), cursor: last < 0 ? nil : String(last), more: more)
  }

  private struct Line {
    let milliseconds: Int64
    let source: String
    let text: String
    var json: JSON {
      ["ts": .double(Double(milliseconds) / 1000), "source": .string(source), "text": .string(text)]
    }
  }

  private static func deployment(_ step: Step, _ service: JSON) throws -> [Line] {
    let attributes = service["attributes"] ?? .null
    guard let cluster = service["properties"]?["Cluster"]?.string,
      let name = attributes["Name"]?.string ?? service["id"]?.string
    else { return [] }
    let answer = try step.askIfFound(
      .ecs, "DescribeServices", ["cluster": .string(cluster), "services": [.string(name)]], select: ["/services/*/events"])
    var lines: [Line] = []
    for event in answer?["services"].items().first?["events"].items() ?? [] {
      guard let text = event["message"]?.string else { continue }
      lines.append(Line(milliseconds: milliseconds(event["createdAt"]), source: "deployment", text: text))
    }
    for stop in try StoppedTasks(step, cluster: cluster, service: name).stops {
      lines.append(
        Line(
          milliseconds: Int64(stop.time * 1000), source: "deployment", text: "task \(stop.task) stopped: \(stop.reason)"))
    }
    return lines
  }

  private static func runtime(_ step: Step, _ group: String, _ since: Int64) throws -> (lines: [Line], more: Bool) {
    var lines: [Line] = []
    var seen: Set<String> = []
    var token: JSON?
    for _ in 0..<pages {
      var parameters: [String: JSON] = ["logGroupName": .string(group), "startTime": .int(max(0, since + 1))]
      parameters["nextToken"] = token
      let kept = ["/events/*/timestamp", "/events/*/message", "/events/*/eventId", "/nextToken"]
      guard let answer = try step.askIfFound(.logs, "FilterLogEvents", .object(parameters), select: kept) else { break }
      let events = answer["events"].items()
      let fresh = events.filter { event in event["eventId"]?.string.map { seen.insert($0).inserted } ?? true }
      for event in fresh {
        guard let text = event["message"]?.string, let time = event["timestamp"]?.int else { continue }
        lines.append(Line(milliseconds: time, source: "runtime", text: text))
      }
      let next = answer["nextToken"].flatMap { $0.isNull ? nil : $0 }
      // AWS may answer an empty page with a token; emulators go round in circles.
      let repeats = next == token || (fresh.isEmpty && !events.isEmpty)
      if next == nil || repeats { return (lines, false) }
      token = next
    }
    return (lines, token != nil)
  }

  /// ECS writes times as seconds with a fraction.
  private static func milliseconds(_ json: JSON?) -> Int64 { Int64((json?.double ?? 0) * 1000) }
}
