internal import ArgumentParser

/// How a list or a thing is printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case table
  case json
}

/// The option `-o` of every list and show.
struct OutputOption: ParsableArguments {
  @Option(name: [.customShort("o"), .customLong("output")], help: "How to print: table or json.")
  var format = OutputFormat.table
}
