/// A value that is kept once on the heap, and copied when it is changed.
///
/// A task that waits keeps every copy of every value of every function that it is in. Ten thousand resources wait at once, each in ten functions
/// that have its record, its stack and its operation: as plain structs these were most of a host's memory (docs/decisions/0016-records-on-the-heap.md).
public struct Shared<Value: Sendable & Hashable>: Sendable, Hashable {
  @usableFromInline
  final class Box: Sendable {
    @usableFromInline let value: Value

    @inlinable init(_ value: Value) { self.value = value }
  }

  @usableFromInline var box: Box

  /// Keeps a value.
  @inlinable public init(_ value: Value) { box = Box(value) }

  /// The value.
  @inlinable public var value: Value {
    get { box.value }
    set { box = Box(newValue) }
  }

  /// Whether the values are equal.
  @inlinable public static func == (one: Shared, other: Shared) -> Bool { one.box === other.box || one.box.value == other.box.value }

  /// Hashes the value.
  @inlinable public func hash(into hasher: inout Hasher) { hasher.combine(box.value) }
}
