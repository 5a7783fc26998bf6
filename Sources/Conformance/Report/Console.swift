internal import Glibc

/// What goes to people and programs: results on standard output, everything else on standard error.
enum Console {
  static func print(_ text: String) { put(text + "\n", to: 1) }
  static func note(_ text: String) { put(text + "\n", to: 2) }

  private static func put(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done) }
      if count < 0 && errno == EINTR { continue }
      // A reader that went away (`| head`) is no error of ours.
      if count <= 0 { return }
      done += count
    }
  }
}
