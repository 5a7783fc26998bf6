/// What to do when one of several calls fails.
public enum FailureMode: Hashable, Sendable {
  /// Go on, and report every failure beside the results.
  case collect
  /// Stop at the first and throw it.
  case failFast
}

/// What came of calling a set of extensions.
public struct CallResults<Value: Sendable>: Sendable {
  /// The results, in the order of the set.
  public var values: [(extension: Extension, value: Value)] = []
  /// The failures, in the order of the set.
  public var failures: [(extension: Extension, error: any Error)] = []
}

extension ExtensionSet {
  /// Calls for each, in order.
  /// - Throws: the first error with `failFast`; nothing with `collect`.
  public func map<Value: Sendable>(
    _ mode: FailureMode = .collect, _ body: (Extension) async throws -> Value
  ) async throws -> CallResults<Value> {
    var results = CallResults<Value>()
    for entry in extensions {
      do {
        results.values.append((entry, try await body(entry)))
      } catch {
        if mode == .failFast { throw error }
        results.failures.append((entry, error))
      }
    }
    return results
  }

  /// Calls for each that a test lets pass at the time of the call (stevedore's DispatchExtensionManager).
  public func dispatch<Value: Sendable>(
    _ mode: FailureMode = .collect, where filter: (Extension) -> Bool, _ body: (Extension) async throws -> Value
  ) async throws -> CallResults<Value> {
    try await enabled(filter).map(mode, body)
  }

  /// Calls for those with these names, in that order (stevedore's NameDispatchExtensionManager).
  /// - Throws: `AccessError.missing` for a name that nobody has, before anything is called; else as `map` does.
  public func dispatch<Value: Sendable>(
    _ mode: FailureMode = .collect, names: [String], _ body: (Extension) async throws -> Value
  ) async throws -> CallResults<Value> {
    let named = named(names)
    if let missing = named.missing.first { throw AccessError.missing(name: missing.name, nearest: missing.nearest) }
    return try await named.found.map(mode, body)
  }
}
