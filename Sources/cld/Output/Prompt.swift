internal import Glibc

/// Questions to a person at a terminal.
enum Prompt {
  static var isPossible: Bool { isatty(0) == 1 && isatty(2) == 1 }

  /// Asks until the answer is yes or no.
  static func decide(_ question: String) throws -> Bool {
    while true {
      Console.progress(question)
      guard let line = readLine() else { throw CommandFailure("no answer was given", .usage) }
      switch line.lowercased() {
      case "y", "yes": return true
      case "n", "no": return false
      default: continue
      }
    }
  }
}
