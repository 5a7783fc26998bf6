public import Contract
public import JSON

extension JSON {
  /// The dynamic references in the texts of the value. What only looks like one is none: templates are checked before they are run.
  public var dynamicReferences: Set<DynamicReference> {
    switch self {
    case .string(let text):
      guard text.contains("{{resolve:"), let parts = try? DynamicReference.parts(of: text) else { return [] }
      return Set(parts.compactMap { if case .reference(let reference) = $0 { reference } else { nil } })
    case .array(let elements): return elements.reduce(into: []) { $0.formUnion($1.dynamicReferences) }
    case .object(let members): return members.values.reduce(into: []) { $0.formUnion($1.dynamicReferences) }
    default: return []
    }
  }

  /// The value with these references replaced by their values; others stay text.
  func replacing(_ values: [DynamicReference: String]) -> JSON {
    switch self {
    case .string(let text):
      guard text.contains("{{resolve:"), let parts = try? DynamicReference.parts(of: text) else { return self }
      return .string(
        parts.map { part in
          switch part {
          case .text(let text): text
          case .reference(let reference): values[reference] ?? reference.description
          }
        }.joined())
    case .array(let elements): return .array(elements.map { $0.replacing(values) })
    case .object(let members): return .object(members.mapValues { $0.replacing(values) })
    default: return self
    }
  }
}

extension EffectRequest {
  /// The request with these references replaced by their values.
  public func replacing(_ values: [DynamicReference: String]) -> EffectRequest {
    var out = self
    switch body {
    case .none: break
    case .json(let json): out.body = .json(json.replacing(values))
    case .text(let json): out.body = .text(json.replacing(values))
    case .form(let fields): out.body = .form(fields.mapValues { $0.replacing(values) })
    }
    return out
  }

  /// The dynamic references in its body.
  public var dynamicReferences: Set<DynamicReference> {
    switch body {
    case .none: []
    case .json(let json), .text(let json): json.dynamicReferences
    case .form(let fields): JSON.object(fields).dynamicReferences
    }
  }
}
