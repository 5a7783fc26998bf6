internal import AWSDriver
internal import JSON

/// A topic's properties as the attributes of SNS (API reference, `CreateTopic` and `SetTopicAttributes`).
enum TopicAttributes {
  /// What SNS takes to be back to when a property is no longer given.
  private static let fallbacks: [String: JSON] = [
    "ArchivePolicy": "{}", "ContentBasedDeduplication": "false", "DisplayName": "", "FifoThroughputScope": "Topic", "KmsMasterKeyId": "",
    "SignatureVersion": "1", "TracingConfig": "PassThrough",
  ]

  /// What `CreateTopic` takes.
  static func settings(_ properties: JSON) -> [String: JSON] {
    fallbacks.keys.reduce(into: [:]) { $0[$1] = properties[$1]?.asDocument }
  }

  /// What only `SetTopicAttributes` takes: who may write deliveries into logs.
  static func delivery(_ properties: JSON) -> [String: JSON] {
    var attributes: [String: JSON] = [:]
    for logging in properties["DeliveryStatusLogging"].items() {
      guard let prefix = logging["Protocol"]?.string.flatMap({ prefixes[$0] }) else { continue }
      for name in ["SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate", "FailureFeedbackRoleArn"] {
        attributes[prefix + name] = logging[name]
      }
    }
    return attributes
  }

  /// Reports a topic's attributes, as SNS shows them. An empty attribute is shown as null.
  static func report(_ attributes: [String: JSON], in actual: inout ActualProperties) {
    for name in ["DisplayName", "ContentBasedDeduplication", "FifoThroughputScope", "FifoTopic", "KmsMasterKeyId", "SignatureVersion", "TracingConfig"] {
      actual.set([name: attributes[name].map { $0.isNull ? "" : $0 }])
    }
  }

  /// What changes, in a stable order.
  static func changes(from old: JSON, to new: JSON) -> [(attribute: String, value: JSON)] {
    let before = settings(old).merging(delivery(old)) { one, _ in one }
    let after = settings(new).merging(delivery(new)) { one, _ in one }
    return Set(before.keys).union(after.keys).sorted().filter { before[$0] != after[$0] }.map { name in
      (name, after[name] ?? fallbacks[name] ?? (name.hasSuffix("SampleRate") ? "0" : ""))
    }
  }

  private static let prefixes = [
    "http/s": "HTTP", "sqs": "SQS", "lambda": "Lambda", "firehose": "Firehose", "application": "Application",
  ]
}
