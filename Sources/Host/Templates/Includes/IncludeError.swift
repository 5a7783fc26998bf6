/// Why a file that a template includes cannot be had.
public struct IncludeError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The end of a sentence that begins with the location.
  public let description: String

  /// A reason, such as "is not there".
  public init(_ description: String) { self.description = description }

  /// Refuses a location that is no path of a local file.
  public static func requireLocal(_ location: String) throws(IncludeError) {
    guard location.contains("://") else { return }
    throw IncludeError("is not fetched: give the path of a local copy, relative to the template")
  }
}
