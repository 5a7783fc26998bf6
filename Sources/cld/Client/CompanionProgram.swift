internal import Glibc
internal import Plugins

/// A program of this installation that does a part of cld's work, so that the client itself stays small and starts fast.
struct CompanionProgram {
  /// Its file name below `libexec/cld`.
  let name: String

  /// Becomes the program; only comes back by throwing.
  func become(_ arguments: [String]) throws -> Never {
    let candidates = [Host.prefix.map { $0 + "/libexec/cld/" + name }, Host.executableFolder.map { "\($0)/\(name)" }]
    guard let path = candidates.compactMap({ $0 }).first(where: { access($0, X_OK) == 0 }) else {
      throw CommandFailure("\(name) is not installed beside this cld: run scripts/assemble again", .unavailable)
    }
    var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
    execv(path, &words)
    throw CommandFailure("\(path) cannot be started (error \(errno))", .unavailable)
  }
}
