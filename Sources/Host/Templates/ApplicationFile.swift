public import JSON

/// What an application file asks for.
public struct ApplicationFile: Sendable {
  /// Everything under `app` but `env`.
  public var configuration: JSON
  /// The container's environment, with references to the resources of its environment.
  public var env: [String: [EnvironmentReference.Part]]
  /// The file itself, for messages.
  public let document: SourceDocument
  /// Where `app` stands.
  public let pointer: JSONPointer

  /// Reads the file (interfaces.md, "Environment and application files").
  public init(_ document: SourceDocument) throws(SourceError) {
    self.document = document
    let top = try SourceObject(document, at: JSONPointer(), what: "an application file")
    try top.allow(["app"])
    guard let app = try top.object("app") else {
      throw document.error(at: JSONPointer(), "'app' is missing: an application file starts with `app:`")
    }
    pointer = app.pointer
    _ = try app.requiredText("image", example: "nginx:1.27")
    var env: [String: [EnvironmentReference.Part]] = [:]
    for (name, value) in try app.object("env")?.members ?? [:] {
      guard let text = value.scalarText else {
        throw document.error(at: app.pointer.appending("env").appending(name), "'\(name)' must be a text, and is \(value.kind)")
      }
      env[name] = EnvironmentReference.parse(text)
    }
    self.env = env
    var configuration = app.members
    configuration["env"] = nil
    self.configuration = .object(configuration)
  }

  /// A problem with a value of `env`.
  public func error(inEnv name: String, _ problem: String) -> SourceError {
    document.error(at: pointer.appending("env").appending(name), problem)
  }
}

/// A reference to an attribute of a resource of the environment: `$CLOUDARK_RDS_Address`, or `$CLD_RDS_Address`.
public struct EnvironmentReference: Hashable, Sendable {
  /// The alias of the resource's type in lower case, such as `rds`.
  public var alias: String
  /// The attribute, such as `Address`.
  public var attribute: String

  /// As it was written, for messages.
  public var text: String

  /// A reference.
  public init(alias: String, attribute: String, text: String) {
    self.alias = alias
    self.attribute = attribute
    self.text = text
  }

  /// A part of a value.
  public enum Part: Hashable, Sendable {
    case text(String)
    case reference(EnvironmentReference)
  }

  /// Splits a value at its references. A `$` that starts none stays as it is.
  public static func parse(_ value: String) -> [Part] {
    var parts: [Part] = []
    var literal = ""
    var rest = Substring(value)
    while let character = rest.first {
      if character == "$", let (reference, after) = match(rest) {
        if !literal.isEmpty { parts.append(.text(literal)) }
        literal = ""
        parts.append(.reference(reference))
        rest = after
      } else {
        literal.append(character)
        rest = rest.dropFirst()
      }
    }
    if !literal.isEmpty || parts.isEmpty { parts.append(.text(literal)) }
    return parts
  }

  private static func match(_ text: Substring) -> (EnvironmentReference, Substring)? {
    for prefix in ["$CLOUDARK_", "$CLD_"] where text.hasPrefix(prefix) {
      let tail = text.dropFirst(prefix.count)
      let type = tail.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
      guard !type.isEmpty, tail.dropFirst(type.count).first == "_" else { return nil }
      let attribute = tail.dropFirst(type.count + 1).prefix { $0.isASCII && ($0.isLetter || $0.isNumber) }
      guard !attribute.isEmpty else { return nil }
      let rest = tail.dropFirst(type.count + 1 + attribute.count)
      let written = String(prefix) + type + "_" + attribute
      return (EnvironmentReference(alias: type.lowercased(), attribute: String(attribute), text: written), rest)
    }
    return nil
  }
}
