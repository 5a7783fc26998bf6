internal import Contract
internal import JSON

extension TypeSchema {
  /// The properties whose change makes the thing anew only in some cases (registry schema, "conditionalCreateOnlyProperties").
  private var conditionalCreateOnlyProperties: [JSONPointer] {
    (document["conditionalCreateOnlyProperties"]?.array ?? []).compactMap { text in
      text.string.flatMap { JSONPointer($0) }.map { JSONPointer(Array($0.tokens.dropFirst())) }
    }
  }

  /// What a change at a path of the properties asks for.
  func recreation(changing path: [String]) -> Recreation {
    if createOnlyProperties.contains(where: { $0.overlaps(path) }) { return .always }
    return conditionalCreateOnlyProperties.contains { $0.overlaps(path) } ? .conditionally : .never
  }

  /// What a change of a property asks for.
  /// - Parameter isChanged: whether the part of the property at a pointer changes.
  func recreation(ofProperty name: String, isChanged: (JSONPointer) -> Bool) -> Recreation {
    func applies(_ pointer: JSONPointer) -> Bool {
      pointer.tokens.first == name && (pointer.tokens.count == 1 || isChanged(JSONPointer(Array(pointer.tokens.dropFirst()))))
    }
    if createOnlyProperties.contains(where: applies) { return .always }
    return conditionalCreateOnlyProperties.contains(where: applies) ? .conditionally : .never
  }

  /// A value at a path of the properties, with what is secret masked.
  func masking(_ value: JSON, at path: [String]) -> JSON {
    var out = value
    for pointer in sensitive where pointer.overlaps(path) {
      let inner = JSONPointer(Array(pointer.tokens.dropFirst(path.count)))
      out = out.replacing(at: inner) { _ in Preview.mask }
    }
    return out
  }
}

extension JSONPointer {
  /// Whether one of the two leads through the other; `*` is any token.
  fileprivate func overlaps(_ path: [String]) -> Bool { zip(tokens, path).allSatisfy { $0 == "*" || $0 == $1 } }
}
