internal import Effects
internal import Templates

/// A template, or a part of one, in a file on this machine.
struct LocalTemplate {
  /// The absolute path.
  let path: String
  /// The folder that it lies in.
  let folder: String
  let text: String

  /// Reads a file.
  /// - Parameters:
  ///   - location: a path; a relative one starts from the folder.
  ///   - folder: that of the template that names it; nil when that came without one.
  /// - Throws: `IncludeError`, whose text ends a sentence that begins with the location.
  init(_ location: String, folder: String?) throws(IncludeError) {
    var path = location
    if path.hasPrefix("file://") { path = String(path.dropFirst("file://".count)) }
    try IncludeError.requireLocal(path)
    if !path.hasPrefix("/") {
      guard let folder else { throw IncludeError("is a relative path, and the template that names it came without a folder: give an absolute one") }
      path = folder + "/" + path
    }
    do throws(SmallFile.ReadError) {
      guard let text = try SmallFile.read(path) else { throw SmallFile.ReadError(path: path, reason: "there is no such file") }
      self.text = text
    } catch {
      throw IncludeError("cannot be read: \(error.reason) (\(path))")
    }
    self.path = path
    self.folder = path.split(separator: "/").dropLast().map { "/" + $0 }.joined()
  }
}
