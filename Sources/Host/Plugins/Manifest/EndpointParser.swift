internal import Contract
internal import JSON

/// Reads an entry of `endpoints`.
enum EndpointParser {
  static func endpoint(_ object: StrictObject) throws(Misfit) -> Endpoint {
    try object.allow(["url", "auth", "format", "overrides", "calls"])
    let format = try wireFormat(object.object("format"))
    var calls: [String: Call] = [:]
    for (name, entry) in try object.namedObjects("calls") { calls[name] = try call(entry, format) }
    for (index, name) in try object.strings("overrides").enumerated() where !Spelling.isVariable(name) {
      throw Misfit(
        pointer: object.at("overrides").appending(String(index)),
        problem: .malformed(key: "overrides", value: name, expected: "the name of a variable such as AWS_ENDPOINT_URL"))
    }
    return Endpoint(
      url: try object.string(
        "url", "an https URL whose only placeholders are {region}, {account} and {partitionSuffix}",
        Spelling.isEndpointURL),
      authentication: try authentication(object.object("auth")), wireFormat: format,
      overrides: try object.strings("overrides"), calls: calls)
  }

  private static func authentication(_ object: StrictObject) throws(Misfit) -> Endpoint.Authentication {
    switch try ManifestParser.choice(object, "scheme", ["aws-sigv4", "none"]) {
    case "aws-sigv4":
      try object.allow(["scheme", "service", "region"])
      return .awsSigV4(service: try object.string("service"), region: try object.optionalString("region"))
    default:
      try object.allow(["scheme"])
      return .none
    }
  }

  private static func wireFormat(_ object: StrictObject) throws(Misfit) -> Endpoint.WireFormat {
    switch try ManifestParser.choice(object, "kind", ["aws-query", "aws-json", "rest"]) {
    case "aws-query":
      try object.allow(["kind", "version"])
      return .awsQuery(version: try object.string("version"))
    case "aws-json":
      try object.allow(["kind", "target", "version"])
      let version = try ManifestParser.choice(object, "version", ["1.0", "1.1"])
      return .awsJSON(targetPrefix: try object.string("target"), version: version)
    default:
      try object.allow(["kind"])
      return .rest
    }
  }

  private static func call(_ object: StrictObject, _ format: Endpoint.WireFormat) throws(Misfit) -> Call {
    try object.allow(["mutates", "repeat", "secrets", "iam", "method", "path"])
    var secrets: [JSONPointer] = []
    for (index, text) in try object.strings("secrets").enumerated() {
      guard !text.isEmpty, let pointer = JSONPointer(text) else {
        throw Misfit(
          pointer: object.at("secrets").appending(String(index)),
          problem: .malformed(key: "secrets", value: text, expected: "a JSON pointer such as /Credentials/Password"))
      }
      secrets.append(pointer)
    }
    for (index, action) in try object.strings("iam").enumerated() where !Spelling.isIAMAction(action) {
      throw Misfit(
        pointer: object.at("iam").appending(String(index)),
        problem: .malformed(key: "iam", value: action, expected: "an IAM action such as rds:CreateDBInstance"))
    }
    var rest: Call.RESTMatch?
    if format == .rest {
      rest = Call.RESTMatch(
        method: try ManifestParser.choice(object, "method", ["GET", "POST", "PUT", "PATCH", "DELETE"]),
        path: try object.string("path", "a path that starts with \"/\"") { $0.hasPrefix("/") })
    } else if let key = ["method", "path"].first(where: { object.members[$0] != nil }) {
      throw object.misfit(key, .keyOnlyFor(key: key, needs: "the format \"rest\""))
    }
    return Call(
      mutates: try object.bool("mutates"), repeating: try object.word("repeat", Call.Repeat.self) ?? .check,
      secrets: secrets, iam: try object.strings("iam"), rest: rest)
  }
}
