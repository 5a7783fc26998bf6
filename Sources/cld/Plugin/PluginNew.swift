internal import ArgumentParser
internal import Glibc
internal import Plugins

/// `cld plugin new`: makes a driver that builds and passes the check, from the example of its language.
struct PluginNew: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Make the sources of a new plugin, which build with make and pass cld plugin check.",
    discussion: "Example: cld plugin new acme --lang c && make -C acme && cld plugin check acme")

  enum Language: String, ExpressibleByArgument, CaseIterable {
    case c, swift, rust
  }

  @Argument(help: "The plugin's name: lower-case letters, digits and dashes, such as acme-dns.") var name: String
  @Option(name: .customLong("lang"), help: "The language: c, swift or rust.") var language: Language
  @Argument(help: "The folder in which the folder NAME is made.") var parent = "."

  func run() throws {
    guard Spelling.isName(name) else {
      throw CommandFailure("\"\(name)\" is no name of a plugin: use lower-case letters, digits and dashes, with a letter first", .usage)
    }
    guard let prefix = Host.prefix, let template = ExampleDriver(language.rawValue, in: prefix + "/share/cld/templates") else {
      throw CommandFailure("the templates are not installed beside this cld: run scripts/assemble again", .unavailable)
    }
    guard access(parent, F_OK) == 0 else { throw CommandFailure("there is no folder \(parent)", .missing) }
    let folder = parent == "." ? name : "\(parent)/\(name)"
    guard access(folder, F_OK) != 0 else {
      throw CommandFailure("\(folder) is there already: choose another name, or remove it", .conflict)
    }
    try template.write(name: name, prefix: prefix, to: folder)
    Console.print(
      """
      \(folder) is a driver in \(language.rawValue). Next:
        make -C \(folder)
        cld plugin check \(folder)
      \(folder)/README.md says what stands where.
      """)
  }
}
