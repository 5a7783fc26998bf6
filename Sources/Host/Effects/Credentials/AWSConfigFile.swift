/// One file in the format of AWS's shared config and credentials files, with the line of each setting.
///
/// Sections in brackets, `name = value`, comments at the start of a line by `#` or `;`. Indented lines after a setting
/// without value are its nested settings (SDKs and Tools Reference Guide, "Shared config and credentials files").
struct AWSConfigFile: Hashable, Sendable {
  struct Setting: Hashable, Sendable {
    var value: String
    var nested: [String: String] = [:]
    var path: String
    var line: Int
    /// `path:line`, for messages.
    var place: String { "\(path):\(line)" }
  }

  struct Section: Hashable, Sendable {
    /// The text in the brackets.
    var header: String
    var settings: [String: Setting] = [:]
    var path: String
    var line: Int
    var place: String { "\(path):\(line)" }
  }

  var sections: [Section] = []

  init() {}

  /// Reads the text of a file. A section that repeats goes on; a setting that repeats replaces.
  init(text: String, path: String) throws(CredentialError) {
    var current: Int?
    var key: String?
    for (index, rawLine) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let line = index + 1
      let content = rawLine.trimmed
      if content.isEmpty || content.hasPrefix("#") || content.hasPrefix(";") { continue }
      if content.hasPrefix("["), let end = content.lastIndex(of: "]") {
        let header = content[content.index(after: content.startIndex)..<end].trimmed
        key = nil
        current = sections.firstIndex { $0.header == header }
        if current == nil {
          sections.append(Section(header: header, path: path, line: line))
          current = sections.count - 1
        }
        continue
      }
      guard let section = current else {
        throw CredentialError.syntax(path: path, line: line, problem: "stands before the first [section]")
      }
      let indented = rawLine.first == " " || rawLine.first == "\t"
      guard let equals = content.firstIndex(of: "=") else {
        if indented, key != nil { continue }
        throw CredentialError.syntax(path: path, line: line, problem: "is neither [section] nor name = value")
      }
      let name = content[..<equals].trimmed.lowercased()
      let value = content[content.index(after: equals)...].trimmed
      if indented, let outer = key, sections[section].settings[outer]?.value.isEmpty == true {
        sections[section].settings[outer]?.nested[name] = value
      } else {
        sections[section].settings[name] = Setting(value: value, path: path, line: line)
        key = name
      }
    }
  }
}
