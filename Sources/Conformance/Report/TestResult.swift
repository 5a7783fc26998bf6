internal import JSON

/// What one test came to.
struct TestResult: Sendable {
  var test: ConformanceTest
  var outcome: Outcome
  /// What was seen.
  var evidence: String
  /// What to do about it.
  var remedy: String
  var milliseconds: Int
  /// The reason of the waiver that applies, when the test failed and may.
  var waiver: String?

  /// Whether the check as a whole fails of it.
  var isFailure: Bool { outcome.isFailure && waiver == nil }

  /// The result as `-o json` prints it.
  var json: JSON {
    var members: [String: JSON] = [
      "test": .string(test.id), "group": .string(test.group.rawValue), "result": .string(outcome.rawValue),
      "milliseconds": .int(Int64(milliseconds)),
    ]
    if let type = test.type { members["type"] = .string(type) }
    if !evidence.isEmpty { members["evidence"] = .string(evidence) }
    if !remedy.isEmpty { members["remedy"] = .string(remedy) }
    if let waiver { members["waived"] = .string(waiver) }
    return .object(members)
  }
}
