/// A range of versions: comparisons that must all hold, such as `>=1.2.0 <2.0.0`; a bare version must be equal.
public struct VersionRange: Hashable, Sendable {
  private struct Bound: Hashable, Sendable {
    var comparison: String
    var version: [Int]
  }

  private var bounds: [Bound] = []

  /// Reads the text; nil when it is no range.
  public init?(_ text: String) {
    for part in text.split(whereSeparator: { $0 == " " || $0 == "," }) {
      let sign = part.prefix { "<>=".contains($0) }
      guard ["", "=", ">", ">=", "<", "<="].contains(sign), let version = Self.numbers(part[sign.endIndex...])
      else { return nil }
      bounds.append(Bound(comparison: String(sign), version: version))
    }
    if bounds.isEmpty { return nil }
  }

  /// Whether a version lies in the range. Pre-releases count as the release.
  public func contains(_ version: String) -> Bool {
    guard let version = Self.numbers(version[...]) else { return false }
    return bounds.allSatisfy { bound in
      let less = version.lexicographicallyPrecedes(bound.version)
      let equal = version == bound.version
      return switch bound.comparison {
      case ">": !less && !equal
      case ">=": !less
      case "<": less
      case "<=": less || equal
      default: equal
      }
    }
  }

  private static func numbers(_ text: Substring) -> [Int]? {
    guard Spelling.isVersion(String(text)) else { return nil }
    return text.prefix { $0 != "-" }.split(separator: ".").compactMap { Int($0) }
  }
}
