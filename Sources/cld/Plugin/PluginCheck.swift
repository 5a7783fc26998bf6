internal import ArgumentParser
internal import Glibc
internal import Plugins

/// `cld plugin check`: runs the conformance kit, which is a program of its own so that this one stays small.
struct PluginCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check a plugin against the whole contract, without a cloud.",
    discussion: "Example: cld plugin check acme --only contract")

  @Argument(parsing: .captureForPassthrough, help: "The plugin's folder and the options of the kit; --help prints them.")
  var arguments: [String] = []

  func run() throws {
    guard let program = Self.program() else {
      throw CommandFailure("cld-check is not installed beside this cld: run scripts/assemble again", .unavailable)
    }
    let words = [program] + (arguments.isEmpty ? ["--help"] : arguments)
    var argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    execv(program, &argv)
    throw CommandFailure("\(program) could not be started (error \(errno))", .unavailable)
  }

  /// The kit of this installation, or of the build folder.
  private static func program() -> String? {
    let candidates = [Host.prefix.map { $0 + "/libexec/cld/cld-check" }, Host.executableFolder.map { $0 + "/cld-check" }]
    return candidates.compactMap { $0 }.first { access($0, X_OK) == 0 }
  }
}
