internal import JSON

/// Where each part of a value stands: a tree of the value's own form.
struct PlaceTree: Sendable {
  /// From 1.
  var line: Int32
  /// From 1.
  var column: Int32
  /// The file, where it is another than that of the part around it.
  var file: String?
  var parts: Parts = .none

  /// The places inside of a mapping or a list.
  enum Parts: Sendable {
    case none
    case members([String: PlaceTree])
    case elements([PlaceTree])
  }

  init(line: Int, column: Int) {
    self.line = Int32(clamping: line)
    self.column = Int32(clamping: column)
  }

  /// The place that a pointer leads to; where it leads out of the tree, the nearest around it.
  func place(at pointer: JSONPointer, in file: String) -> (file: String, line: Int, column: Int) {
    var tree = self
    var file = self.file ?? file
    for token in pointer.tokens {
      let next: PlaceTree? =
        switch tree.parts {
        case .none: nil
        case .members(let members): members[token]
        case .elements(let elements): Int(token).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
        }
      guard let next else { break }
      tree = next
      file = tree.file ?? file
    }
    return (file, Int(tree.line), Int(tree.column))
  }
}
