internal import Glibc

/// What goes to people and programs: results on standard output, everything else on standard error.
enum Console {
  /// Writes a result and a newline.
  static func print(_ text: String) { write(text, to: 1) }

  /// Writes an error, progress or warning and a newline.
  static func note(_ text: String) { write(text, to: 2) }

  /// Writes text as it is, for progress that is overwritten and for questions.
  static func progress(_ text: String) { put(text, to: 2) }

  /// Whether standard error is a terminal that wants colour (no-color.org).
  static var isColourful: Bool { isatty(2) == 1 && getenv("NO_COLOR") == nil }

  private static func write(_ text: String, to descriptor: Int32) { put(text + "\n", to: descriptor) }

  private static func put(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    var done = 0
    while done < bytes.count {
      let put = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done) }
      if put < 0 && errno == EINTR { continue }
      // A reader that went away (`| head`) is no error of ours.
      if put <= 0 { return }
      done += put
    }
  }
}
