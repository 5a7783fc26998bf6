internal import AWSDriver
internal import JSON
internal import PluginKit

/// One element of a topic's property `Subscription`: who gets its messages.
struct TopicSubscription: Hashable {
  private let endpoint: JSON
  private let transport: JSON

  init(_ json: JSON) {
    endpoint = json["Endpoint"] ?? .null
    transport = json["Protocol"] ?? .null
  }

  /// Subscribes it; one that is there already stays.
  func add(_ step: Step, to topic: String) throws {
    _ = try step.ask(
      .sns, "Subscribe", ["TopicArn": .string(topic), "Protocol": transport, "Endpoint": endpoint, "ReturnSubscriptionArn": true],
      select: ["/SubscriptionArn"])
  }

  /// Takes away those that are no longer wanted and adds the new ones.
  static func update(_ step: Step, of topic: String) throws {
    let before = step.previous["Subscription"].items().map(TopicSubscription.init)
    let after = step.desired["Subscription"].items().map(TopicSubscription.init)
    let gone = before.filter { !after.contains($0) }
    if !gone.isEmpty {
      for (subscription, arn) in try all(step, of: topic) where gone.contains(subscription) {
        _ = try step.askIfFound(.sns, "Unsubscribe", ["SubscriptionArn": .string(arn)], select: [])
      }
    }
    for subscription in after where !before.contains(subscription) { try subscription.add(step, to: topic) }
  }

  /// The subscriptions that have an ARN: one that nobody has confirmed has none, and SNS drops it by itself.
  private static func all(_ step: Step, of topic: String) throws -> [(TopicSubscription, String)] {
    var found: [(TopicSubscription, String)] = []
    var token: JSON = .null
    repeat {
      let page = try step.ask(
        .sns, "ListSubscriptionsByTopic", ["TopicArn": .string(topic), "NextToken": token], select: ["/Subscriptions", "/NextToken"])
      for entry in page["Subscriptions"].items() {
        guard let arn = entry["SubscriptionArn"]?.string, arn.hasPrefix("arn:") else { continue }
        found.append((TopicSubscription(entry), arn))
      }
      let next = page["NextToken"] ?? .null
      token = next == token ? .null : next
    } while token.string != nil
    return found
  }
}
