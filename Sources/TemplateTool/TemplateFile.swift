internal import Foundation
internal import Templates

/// A template of the user's, read from its file.
struct TemplateFile {
  /// The most bytes that a template may have ("CloudFormation quotas": from S3).
  private static let mostBytes = 1_048_576
  /// The most in a request.
  private static let mostInRequest = 51_200

  /// The template with its includes put in; nil when it cannot be read.
  private(set) var document: SourceDocument?
  /// What is wrong before its content is checked.
  private(set) var problems: [TemplateProblem] = []

  /// Reads a file, and the local files that it includes, whose paths start from its folder.
  init(_ path: String) {
    do throws(IncludeError) {
      let text = try Self.text(of: path)
      if text.utf8.count > Self.mostInRequest {
        add(.warning, SourceError(file: path, line: 1, column: 1, problem: "has \(text.utf8.count) bytes: CloudFormation takes \(Self.mostInRequest) in a request, and longer templates from S3"))
      }
      read(text, path)
    } catch {
      add(.error, SourceError(file: path, line: 1, column: 1, problem: error.description))
    }
  }

  private mutating func read(_ text: String, _ path: String) {
    do throws(SourceError) {
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
      let expansion = IncludeExpansion(try SourceDocument(text: text, file: path, dialect: .template)) { location in
        try IncludeError.requireLocal(location)
        return try Self.text(of: URL(fileURLWithPath: location, relativeTo: folder).path)
      }
      document = expansion.document
      for failure in expansion.failures {
        // What lies in S3 is no fault of the template.
        add(failure.location?.contains("://") == true ? .warning : .error, failure.error)
      }
    } catch {
      add(.error, error)
    }
  }

  private mutating func add(_ severity: TemplateProblem.Severity, _ error: SourceError) {
    problems.append(TemplateProblem(severity: severity, error: error))
  }

  private static func text(of path: String) throws(IncludeError) -> String {
    // A pipe or a device has no size, and might have no end.
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue,
      let file = FileHandle(forReadingAtPath: path), let bytes = try? file.read(upToCount: mostBytes + 1)
    else { throw IncludeError(isFolder.boolValue ? "is a folder, not a template" : "cannot be read: there is no such file") }
    guard bytes.count <= mostBytes else { throw IncludeError("has more than \(mostBytes) bytes, the most that a template may have") }
    guard let text = String(bytes: bytes, encoding: .utf8) else { throw IncludeError("is not UTF-8 text") }
    return text
  }
}
