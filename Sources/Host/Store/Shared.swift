/// A value that is kept once on the heap, and copied when it is changed.
///
/// A task that waits keeps every copy of every value of every function that it is in. Ten thousand resources wait at once, each in ten functions
/// that have its record, its stack and its operation: as plain structs these were most of a host's memory (docs/decisions/0016-records-on-the-heap.md).
struct Shared<Value: Sendable & Hashable>: Sendable, Hashable {
  private final class Box: Sendable {
    let value: Value

    init(_ value: Value) { self.value = value }
  }

  private var box: Box

  init(_ value: Value) { box = Box(value) }

  var value: Value {
    get { box.value }
    set { box = Box(newValue) }
  }

  static func == (one: Shared, other: Shared) -> Bool { one.box === other.box || one.box.value == other.box.value }

  func hash(into hasher: inout Hasher) { hasher.combine(box.value) }
}
