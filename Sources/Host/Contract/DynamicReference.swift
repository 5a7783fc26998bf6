/// A text such as `{{resolve:ssm:/shop/port:3}}` that stands for a value kept in another service
/// (CloudFormation user guide, "Using dynamic references to specify template values").
public enum DynamicReference: Hashable, Sendable {
  /// A plain text in Parameter Store; nil for the newest version.
  case parameter(name: String, version: Int?)
  /// A secure text in Parameter Store; nil for the newest version.
  case secureParameter(name: String, version: Int?)
  /// A secret of Secrets Manager, or the value under a key of it when it is JSON.
  case secret(id: String, jsonKey: String?, version: SecretVersion)

  /// Which version of a secret.
  public enum SecretVersion: Hashable, Sendable {
    /// The one with the label `AWSCURRENT`.
    case current
    /// The one with this label.
    case stage(String)
    /// The one of this id.
    case id(String)
  }

  /// A part of a text.
  public enum Part: Hashable, Sendable {
    /// Text that stands for itself.
    case text(String)
    /// What stands for another value.
    case reference(DynamicReference)
  }

  /// The text as parts, in order; one text when it has no reference.
  public static func parts(of text: String) throws(DynamicReferenceError) -> [Part] {
    var parts: [Part] = []
    var rest = Substring(text)
    while let start = rest.firstRange(of: "{{resolve:") {
      guard let end = rest[start.upperBound...].firstRange(of: "}}") else {
        throw DynamicReferenceError(description: "'\(rest[start.lowerBound...].prefix(60))' is not closed with }}")
      }
      if start.lowerBound != rest.startIndex { parts.append(.text(String(rest[..<start.lowerBound]))) }
      parts.append(.reference(try DynamicReference(inside: rest[start.upperBound..<end.lowerBound])))
      rest = rest[end.upperBound...]
    }
    if !rest.isEmpty || parts.isEmpty { parts.append(.text(String(rest))) }
    return parts
  }

  /// The reference that a text is, with its braces.
  public init(_ text: String) throws(DynamicReferenceError) {
    guard case let parts = try Self.parts(of: text), parts.count == 1, case .reference(let reference) = parts[0] else {
      throw DynamicReferenceError(description: "'\(text)' is not a dynamic reference such as {{resolve:ssm:name}}")
    }
    self = reference
  }

  /// The service's name in the text.
  public var service: String {
    switch self {
    case .parameter: "ssm"
    case .secureParameter: "ssm-secure"
    case .secret: "secretsmanager"
    }
  }

  /// Whether its value must not be shown.
  public var isSecret: Bool {
    if case .parameter = self { return false }
    return true
  }

  private init(inside text: Substring) throws(DynamicReferenceError) {
    let whole = "{{resolve:\(text)}}"
    let halves = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard halves.count == 2, !halves[1].isEmpty else {
      throw DynamicReferenceError(description: "\(whole) lacks its second part: write {{resolve:service:name}}")
    }
    switch halves[0] {
    case "ssm":
      let (name, version) = try Self.stored(halves[1], whole)
      self = .parameter(name: name, version: version)
    case "ssm-secure":
      let (name, version) = try Self.stored(halves[1], whole)
      self = .secureParameter(name: name, version: version)
    case "secretsmanager": self = try Self.secret(halves[1], whole)
    default:
      throw DynamicReferenceError(description: "\(whole): there is no service '\(halves[0])' of dynamic references; they are ssm, ssm-secure and secretsmanager")
    }
  }

  /// `name` or `name:version` ("Get a plaintext value from Systems Manager Parameter Store").
  private static func stored(_ text: Substring, _ whole: String) throws(DynamicReferenceError) -> (name: String, version: Int?) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let name = parts[0]
    guard !name.isEmpty, name.utf8.allSatisfy({ Self.isOfName($0) }) else {
      throw DynamicReferenceError(description: "\(whole): '\(name)' cannot be the name of a parameter: only letters, digits and . - _ /")
    }
    guard parts.count > 1 else { return (String(name), nil) }
    guard parts.count == 2, let version = Int(parts[1]), version > 0 else {
      throw DynamicReferenceError(description: "\(whole): the version '\(parts.dropFirst().joined(separator: ":"))' must be a number from 1; leave it out with its colon for the newest")
    }
    return (String(name), version)
  }

  private static func isOfName(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || ".-_/".utf8.contains(byte)
  }

  /// `id:SecretString:json-key:version-stage:version-id`, each but the first optional; the id may be an ARN with colons of its own
  /// ("Get a secret or secret value from Secrets Manager").
  private static func secret(_ text: Substring, _ whole: String) throws(DynamicReferenceError) -> DynamicReference {
    var parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    // arn:partition:secretsmanager:region:account:secret:name
    let ofID = parts[0] == "arn" ? 7 : 1
    guard parts.count >= ofID, !parts[..<ofID].contains("") else {
      throw DynamicReferenceError(description: "\(whole): the id of the secret must be a name or a whole ARN")
    }
    let id = parts[..<ofID].joined(separator: ":")
    parts.removeFirst(ofID)
    guard parts.count <= 4 else {
      throw DynamicReferenceError(description: "\(whole) has too many parts: secretsmanager:id:SecretString:json-key:version-stage:version-id")
    }
    parts += Array(repeating: "", count: 4 - parts.count)
    guard ["", "SecretString"].contains(parts[0]) else {
      throw DynamicReferenceError(description: "\(whole): behind the id only SecretString can stand, not '\(parts[0])'")
    }
    if !parts[2].isEmpty, !parts[3].isEmpty {
      throw DynamicReferenceError(description: "\(whole) names both a version stage and a version id: one of them is enough")
    }
    let version: SecretVersion = !parts[2].isEmpty ? .stage(parts[2]) : !parts[3].isEmpty ? .id(parts[3]) : .current
    return .secret(id: id, jsonKey: parts[1].isEmpty ? nil : parts[1], version: version)
  }
}

extension DynamicReference: CustomStringConvertible {
  /// The text with its braces, in its shortest form.
  public var description: String {
    switch self {
    case .parameter(let name, let version), .secureParameter(let name, let version):
      return "{{resolve:\(service):\(name)\(version.map { ":\($0)" } ?? "")}}"
    case .secret(let id, let jsonKey, let version):
      var parts = ["SecretString", jsonKey ?? ""]
      switch version {
      case .current: if jsonKey == nil { parts = [] }
      case .stage(let stage): parts.append(stage)
      case .id(let id): parts += ["", id]
      }
      return "{{resolve:\(service):\(([id] + parts).joined(separator: ":"))}}"
    }
  }
}

/// A text that looks like a dynamic reference and is none.
public struct DynamicReferenceError: Error, Hashable, Sendable, CustomStringConvertible {
  /// One sentence that says what is wrong and what can stand there.
  public let description: String
}
