internal import JSON
internal import Store

/// What an update, or the undoing of a failed one, needs to know: it stands in the operation's input.
struct UpdateInput {
  /// What the stack is to become.
  var template: JSON
  var source: JSON
  /// What the stack was before.
  var before: Before
  /// The operation whose changes are done or undone: the update itself also when a rollback is continued.
  var updateID: String
  /// The logical ids that a continued rollback leaves as they are.
  var skipped: Set<String> = []

  /// A stack as it was.
  struct Before {
    var template: JSON
    var source: JSON
    var outputs: JSON
    var exports: JSON

    init(_ stack: StackRecord) {
      (template, source, outputs, exports) = (stack.template, stack.source, stack.outputs, stack.exports)
    }

    init(json: JSON) {
      template = json["template"] ?? .null
      source = json["source"] ?? .null
      outputs = json["outputs"] ?? [:]
      exports = json["exports"] ?? [:]
    }

    var json: JSON { ["template": template, "source": source, "outputs": outputs, "exports": exports] }
  }

  init(template: JSON, source: JSON, before: Before, updateID: String, skipped: Set<String> = []) {
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
      before: Before(json: update["before"] ?? .null),
      updateID: update["id"]?.string ?? operation.id, skipped: Set((update["skipped"]?.array ?? []).compactMap(\.string)))
  }

  var json: JSON {
    [
      "template": template, "source": source, "before": before.json,
      "id": .string(updateID), "skipped": .array(skipped.sorted().map { .string($0) }),
    ]
  }
}
