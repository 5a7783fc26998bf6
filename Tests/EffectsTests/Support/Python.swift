import Foundation

/// Runs a Python program with a text as its input.
enum Python {
  /// The output; nil when the program failed.
  static func run(_ script: String, input: String = "") throws -> String? {
    let process = Process()
    let (stdin, stdout) = (Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script]
    process.standardInput = stdin
    process.standardOutput = stdout
    process.standardError = FileHandle.nullDevice
    try process.run()
    stdin.fileHandleForWriting.write(Data(input.utf8))
    try stdin.fileHandleForWriting.close()
    let output = stdout.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: output, as: UTF8.self) : nil
  }

  /// Whether a module can be imported.
  static func has(_ module: String) -> Bool {
    ((try? run("import \(module)")) ?? nil) != nil
  }
}
