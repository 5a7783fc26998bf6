public import JSON

/// Takes the secrets out of an answer before a driver or the history sees it.
public enum SecretLifting {
  /// Replaces each scalar that a pointer matches by `{"$secret": handle}`. When a pointer matches an object or an array,
  /// every scalar inside is replaced; null stays.
  /// - Parameter keep: stores a value and returns its handle. Its error ends the lifting.
  public static func lift(
    body: JSON, at pointers: [JSONPointer], keep: (String) throws -> String
  ) throws -> JSON {
    var handles: [String: String] = [:]
    for value in values(in: body, at: pointers).sorted() { handles[value] = try keep(value) }
    return replace(in: body, at: pointers, handles: handles)
  }

  /// The distinct values that the pointers match, as text.
  public static func values(in body: JSON, at pointers: [JSONPointer]) -> Set<String> {
    var values: Set<String> = []
    for pointer in pointers {
      _ = body.replacing(at: pointer) { matched in
        eachScalar(matched) { text in
          values.insert(text)
          return .string(text)
        }
      }
    }
    return values
  }

  /// Replaces what the pointers match by its handle; a value without one becomes null rather than stay in clear.
  public static func replace(in body: JSON, at pointers: [JSONPointer], handles: [String: String]) -> JSON {
    pointers.reduce(body) { tree, pointer in
      tree.replacing(at: pointer) { matched in
        eachScalar(matched) { text in handles[text].map { ["$secret": .string($0)] } ?? .null }
      }
    }
  }

  private static func eachScalar(_ json: JSON, _ transform: (String) -> JSON) -> JSON {
    // Two pointers may match the same place: what is lifted stays.
    if let form = Expression.form(of: json), form.name == "$secret" { return json }
    switch json {
    case .array(let elements): return .array(elements.map { eachScalar($0, transform) })
    case .object(let members): return .object(members.mapValues { eachScalar($0, transform) })
    default: return json.scalarText.map(transform) ?? .null
    }
  }
}
