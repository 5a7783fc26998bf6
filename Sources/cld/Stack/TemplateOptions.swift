internal import ArgumentParser
internal import Glibc
internal import JSON

/// A template and its parameters, as several commands take them.
struct TemplateOptions: ParsableArguments {
  @Option(help: "The template: JSON or YAML. An update without it keeps the stack's own.") var template: String?
  @Option(name: [.customShort("p"), .customLong("parameter")], help: "KEY=VALUE: a parameter's value. May be repeated.") var parameters: [String] = []
  @Option(name: .customLong("parameters-file"), help: "A JSON file of parameters: {\"Key\": \"Value\"}, or the AWS CLI's list of ParameterKey and ParameterValue.")
  var parametersFile: String?
  @Option(name: .customLong("keep-parameter"), help: "KEY: a parameter that keeps the value that it has. May be repeated.") var kept: [String] = []

  @Option(parsing: .upToNextOption, help: "CAPABILITY_...: recorded and shown, as the AWS CLI's; nothing needs them.") var capabilities: [String] = []

  /// The members of a request.
  func body() throws -> [String: JSON] {
    var body: [String: JSON] = [
      "parameters": .object(try values().mapValues { .string($0) }), "kept_parameters": .array(kept.map { .string($0) }),
      "capabilities": .array(capabilities.map { .string($0) }),
    ]
    if let template {
      body["file"] = .string(template)
      body["text"] = .string(try InputFile.read(template))
      body["folder"] = Self.folder(of: template).map { .string($0) }
    }
    return body
  }

  private func values() throws -> [String: String] {
    var values = try fileValues()
    for parameter in parameters {
      guard let equals = parameter.firstIndex(of: "="), equals != parameter.startIndex else {
        throw CommandFailure("-p takes KEY=VALUE, and is '\(parameter)'", .usage)
      }
      values[String(parameter[..<equals])] = String(parameter[parameter.index(after: equals)...])
    }
    return values
  }

  private func fileValues() throws -> [String: String] {
    guard let path = parametersFile else { return [:] }
    let json = try InputFile.json(path)
    if let members = json.object { return members.compactMapValues(\.scalarText) }
    var out: [String: String] = [:]
    for entry in json.array ?? [] {
      guard let key = entry["ParameterKey"]?.string, let value = entry["ParameterValue"]?.scalarText else {
        throw CommandFailure("\(path): each entry needs ParameterKey and ParameterValue", .usage)
      }
      out[key] = value
    }
    return out
  }

  /// Where relative paths in the template start from.
  private static func folder(of path: String) -> String? {
    guard let whole = realpath(path, nil) else { return nil }
    defer { free(whole) }
    let parts = String(cString: whole).split(separator: "/").dropLast()
    return "/" + parts.joined(separator: "/")
  }
}
