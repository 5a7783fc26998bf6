internal import Contract
internal import Effects
internal import JSON

/// The template of a nested stack: a file on this machine.
struct NestedTemplate {
  let path: String
  let folder: String
  let text: String

  /// Reads the file that `TemplateURL` names.
  /// - Parameters:
  ///   - properties: of the resource, evaluated.
  ///   - folder: where relative paths start from: that of the outer template.
  init(_ properties: JSON, folder: String?, place: String) throws(Interruption) {
    guard let address = properties["TemplateURL"]?.string, !address.isEmpty else { throw .failure(.badRequest, "\(place) needs a TemplateURL") }
    var path = address
    if path.hasPrefix("file://") { path = String(path.dropFirst("file://".count)) }
    guard !path.contains("://") else {
      throw .failure(.badRequest, "TemplateURL of \(place) is '\(address)': nested templates are files on this machine, so give a path")
    }
    if !path.hasPrefix("/") {
      guard let folder else { throw .failure(.badRequest, "TemplateURL of \(place) is the relative path '\(path)', and the outer template has no folder: give an absolute path") }
      path = folder + "/" + path
    }
    do throws(SmallFile.ReadError) {
      guard let text = try SmallFile.read(path) else { throw SmallFile.ReadError(path: path, reason: "there is no such file") }
      self.text = text
    } catch {
      throw .failure(.badRequest, "TemplateURL of \(place): \(error)")
    }
    self.path = path
    self.folder = path.split(separator: "/").dropLast().map { "/" + $0 }.joined()
  }
}
