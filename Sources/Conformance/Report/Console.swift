internal import CLinux

/// What goes to people and programs: results on standard output, everything else on standard error.
enum Console {
  static func print(_ text: String) { put(text, to: 1) }
  static func note(_ text: String) { put(text, to: 2) }

  private static func put(_ text: String, to descriptor: Int32) {
    let bytes = Array((text + "\n").utf8)
    // A reader that went away (`| head`) is no error of ours.
    _ = clinux_write_all(descriptor, bytes, bytes.count)
  }
}
