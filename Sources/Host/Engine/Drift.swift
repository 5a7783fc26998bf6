internal import Contract
internal import JSON

/// What a refresh found, beside what was asked for. The words are those of CloudFormation (API reference, "StackResourceDrift").
enum Drift: Equatable {
  /// The cloud does not have the thing: it said so twice.
  case deleted
  /// The driver does not say what properties the thing has.
  case notChecked
  case inSync
  case modified([Difference])

  /// A property that is not as it was asked for.
  struct Difference: Equatable {
    var path: JSONPointer
    var expected: JSON
    var actual: JSON
  }

  /// Compares the properties that were asked for with those that the cloud reports. What the driver does not report is not compared, nor is what is secret,
  /// what the cloud never shows again, or what is only known when it is sent.
  init(desired: JSON, actual: JSON, schema: TypeSchema?) {
    guard actual.object != nil else {
      self = .notChecked
      return
    }
    // A template may have numbers and truths as texts, and so may a cloud.
    let found = PropertyComparison(schema: schema).differences(schema?.typed(desired) ?? desired, schema?.typed(actual) ?? actual)
    self = found.isEmpty ? .inSync : .modified(found)
  }

  /// CloudFormation's word.
  var word: String {
    switch self {
    case .deleted: "DELETED"
    case .notChecked: "NOT_CHECKED"
    case .inSync: "IN_SYNC"
    case .modified: "MODIFIED"
    }
  }

  /// For people: nil when there is nothing to say.
  var sentence: String? {
    switch self {
    case .deleted: "missing: the cloud says that it does not exist"
    case .notChecked, .inSync: nil
    case .modified(let differences):
      "changed: " + differences.map { "\($0.path) is \($0.actual.text) and was asked for as \($0.expected.text)" }.joined(separator: ", ")
    }
  }

  /// As the store keeps it. - Parameter now: seconds since 1970.
  func json(at now: Int64) -> JSON {
    var differences: [JSON] = []
    if case .modified(let found) = self {
      differences = found.map { ["path": .string($0.path.description), "expected": $0.expected, "actual": $0.actual] }
    }
    return ["status": .string(word), "differences": .array(differences), "checked_at": .int(now)]
  }
}
