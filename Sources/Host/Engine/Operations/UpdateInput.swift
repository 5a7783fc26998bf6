internal import JSON
internal import Store

/// What an update, or the undoing of a failed one, needs to know: it stands in the operation's input.
struct UpdateInput {
  /// What the stack is to become.
  var template: JSON
  var source: JSON
  /// What the stack was before.
  var before: (template: JSON, source: JSON)
  /// The operation whose changes are done or undone: the update itself also when a rollback is continued.
  var updateID: String
  /// The logical ids that a continued rollback leaves as they are.
  var skipped: Set<String> = []

  init(template: JSON, source: JSON, before: (template: JSON, source: JSON), updateID: String, skipped: Set<String> = []) {
    self.template = template
    self.source = source
    self.before = before
    self.updateID = updateID
    self.skipped = skipped
  }

  init?(_ operation: OperationRecord) {
    guard let update = operation.input["update"], let template = update["template"] else { return nil }
    self.init(
      template: template, source: update["source"] ?? .null,
      before: (update["before"]?["template"] ?? .null, update["before"]?["source"] ?? .null),
      updateID: update["id"]?.string ?? operation.id, skipped: Set((update["skipped"]?.array ?? []).compactMap(\.string)))
  }

  var json: JSON {
    [
      "template": template, "source": source, "before": ["template": before.template, "source": before.source],
      "id": .string(updateID), "skipped": .array(skipped.sorted().map { .string($0) }),
    ]
  }
}
