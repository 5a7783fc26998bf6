internal import ArgumentParser
internal import Glibc
internal import JSON

/// What `-o` takes.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case table, json
}

/// The option that every `list` and `show` has.
struct OutputOptions: ParsableArguments {
  @Option(name: [.customShort("o"), .long], help: "How to print: table or json.")
  var output: OutputFormat = .table
}

/// Writing to people and programs: results on standard output, everything else on standard error.
enum Console {
  static func out(_ text: String) { write(text + "\n", to: 1) }
  static func error(_ text: String) { write(text + "\n", to: 2) }

  /// Whether standard error is a terminal that wants colour (no-color.org).
  static var isColourful: Bool { isatty(2) == 1 && getenv("NO_COLOR") == nil }

  /// Writes all of it; a reader that is gone ends the program quietly.
  static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        return
      }
      bytes = bytes.dropFirst(count)
    }
  }
}

/// A table for people: columns as wide as their widest cell.
struct Table {
  let columns: [String]
  var rows: [[String]] = []

  init(_ columns: [String]) { self.columns = columns }

  /// A table of these members of objects; a column is `HEADING` or `HEADING=path.to.member`.
  init(_ json: JSON, _ specifications: [(heading: String, member: String)]) {
    columns = specifications.map(\.heading)
    rows = (json.array ?? []).map { object in
      specifications.map { specification in
        let value = object[JSONPointer(specification.member.split(separator: ".").map(String.init))]
        return value?.scalarText ?? "-"
      }
    }
  }

  var text: String {
    let widths = columns.indices.map { column in
      ([columns[column]] + rows.map { $0[column] }).map(\.count).max() ?? 0
    }
    return ([columns] + rows).map { row in
      var line = ""
      for (cell, width) in zip(row, widths) { line += cell + String(repeating: " ", count: width - cell.count + 2) }
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }
}
