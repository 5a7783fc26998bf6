internal import Contract
internal import JSON

/// Compares properties that were asked for with those that a driver reports, as far as the type's schema says what they are.
struct PropertyComparison {
  private let document: JSON
  /// The places that are not compared, without the schema's `properties`; `*` stands for each element of a list.
  private let hidden: Set<[String]>

  init(schema: TypeSchema?) {
    document = schema?.document ?? .null
    hidden = Set(((schema?.writeOnlyProperties ?? []) + (schema?.sensitive ?? [])).map { $0.tokens.filter { $0 != "properties" } })
  }

  /// What is not as it was asked for. A property that is not reported is not compared.
  func differences(_ desired: JSON, _ actual: JSON) -> [Drift.Difference] {
    differences(.object(desired.object ?? [:]), actual, Place(shape: document))
  }

  /// Where a value stands, and what the schema says of it.
  private struct Place {
    var path: [String] = []
    /// The path with `*` for each index.
    var pattern: [String] = []
    var shape: JSON
    /// Whether it is within an object of free form.
    var isFree = false

    func member(_ name: String) -> Place {
      Place(path: path + [name], pattern: pattern + [name], shape: shape["properties"]?[name] ?? .null, isFree: isFree)
    }

    func element(_ index: Int) -> Place {
      Place(path: path + [String(index)], pattern: pattern + ["*"], shape: shape["items"] ?? .null, isFree: isFree)
    }
  }

  private func differences(_ desired: JSON, _ actual: JSON, _ place: Place) -> [Drift.Difference] {
    guard !hidden.contains(place.pattern), !Self.isExpression(desired) else { return [] }
    var place = place
    place.shape = resolved(place.shape)
    place.isFree = place.isFree || Self.isFreeForm(place.shape)
    if let wanted = desired.object, let there = actual.object {
      // Of a free form there is no such thing as a part: what stands there beside what was asked for is a difference, as in a policy.
      let names = place.isFree ? Set(wanted.keys).union(there.keys) : Set(wanted.keys).intersection(there.keys)
      return names.sorted().flatMap { differences(wanted[$0] ?? .null, there[$0] ?? .null, place.member($0)) }
    }
    if let wanted = desired.array, let there = actual.array {
      if place.shape["insertionOrder"] == false {
        if isSameSet(wanted, there, place) { return [] }
      } else if wanted.count == there.count {
        return wanted.indices.flatMap { differences(wanted[$0], there[$0], place.element($0)) }
      }
    } else if desired == actual {
      return []
    } else if let one = desired.scalarText, let other = actual.scalarText, one == other {
      // A template has numbers and truths as texts, a cloud may have either.
      return []
    }
    return [Drift.Difference(path: JSONPointer(place.path), expected: desired, actual: actual)]
  }

  /// Whether each element that was asked for has one of its own there, and none is left over. Augmenting paths (H. W. Kuhn, 1955): an element that is
  /// asked for in part may fit several, and the first that fits one may be needed by another.
  private func isSameSet(_ wanted: [JSON], _ there: [JSON], _ place: Place) -> Bool {
    let (wanted, there) = (Self.distinct(wanted), Self.distinct(there))
    guard wanted.count == there.count else { return false }
    var holders: [Int?] = Array(repeating: nil, count: there.count)
    func settle(_ index: Int, _ tried: inout Set<Int>) -> Bool {
      for other in there.indices where !tried.contains(other) && differences(wanted[index], there[other], place.element(other)).isEmpty {
        tried.insert(other)
        if let holder = holders[other], !settle(holder, &tried) { continue }
        holders[other] = index
        return true
      }
      return false
    }
    return wanted.indices.allSatisfy { index in
      var tried: Set<Int> = []
      return settle(index, &tried)
    }
  }

  private static func distinct(_ list: [JSON]) -> [JSON] {
    var seen: Set<JSON> = []
    return list.filter { seen.insert($0).inserted }
  }

  /// The schema that a `$ref` names. A schema whose references run in a circle says nothing.
  private func resolved(_ shape: JSON) -> JSON {
    var shape = shape
    for _ in 0..<8 {
      guard let reference = shape["$ref"]?.string else { return shape }
      shape = JSONPointer(String(reference.dropFirst())).flatMap { document[$0] } ?? .null
    }
    return .null
  }

  /// Whether a schema has an object of which it does not say what is in it: a policy, or a map whose keys are the user's.
  private static func isFreeForm(_ shape: JSON) -> Bool {
    let types = shape["type"]?.array ?? shape["type"].map { [$0] } ?? []
    return types.contains("object") && ["properties", "oneOf", "anyOf", "allOf"].allSatisfy { shape[$0] == nil }
  }

  /// Whether a value is one of the `$` expressions, whose value only the effect layer knows.
  private static func isExpression(_ json: JSON) -> Bool {
    if json.string?.contains("{{resolve:") == true { return true }
    guard let members = json.object, members.count == 1, let key = members.keys.first else { return false }
    return key.hasPrefix("$")
  }
}
