public import JSON

/// What the resources of a stack have become: the values behind references.
public struct Values: Sendable {
  /// One resource's values.
  public struct Resource: Sendable {
    /// What `Ref` gives.
    public var physicalID: String
    /// What `Fn::GetAtt` gives, nested by the parts of the attribute's name.
    public var attributes: JSON
    /// The properties, for attributes that are properties too.
    public var properties: JSON

    /// The values of one resource.
    public init(physicalID: String, attributes: JSON, properties: JSON) {
      self.physicalID = physicalID
      self.attributes = attributes
      self.properties = properties
    }
  }

  /// The resources by logical id.
  public var resources: [String: Resource]
  /// The pseudo parameters, such as `AWS::Region`.
  public var pseudo: [String: String]

  /// Values of these resources.
  public init(resources: [String: Resource], pseudo: [String: String]) {
    self.resources = resources
    self.pseudo = pseudo
  }
}

/// A reference that has no value.
public struct EvaluationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// One sentence.
  public let description: String
}

extension JSON {
  /// The value with each function replaced by what it gives. A function over a secret becomes an expression (`$concat`,
  /// `$base64`, `$split`, `$json`) that the effect layer opens.
  /// - Throws: a reference to something that has no value, a function that fails, or one that would have to look into a secret.
  public func evaluated(with values: Values) throws(EvaluationError) -> JSON { try evaluated(with: values, inFunction: false) ?? .null }

  /// Nil for `AWS::NoValue`.
  private func evaluated(with values: Values, inFunction: Bool) throws(EvaluationError) -> JSON? {
    switch Expression(self) {
    case .ref("AWS::NoValue"): return nil
    case .ref(let id): return try values.reference(id)
    case .getAtt(let id, let path): return try values.attribute(id, path)
    case .sub(let text, let variables): return try Self.substitute(text, variables, values)
    case .plain: break
    }
    if let (name, argument) = function {
      let argument = try argument.evaluated(with: values, inFunction: true) ?? .null
      do throws(FunctionFailure) {
        if let result = try KnownFunction.result(name, argument) { return result }
      } catch {
        throw EvaluationError(description: error.sentence)
      }
      // A function around it may do with the call as it stands.
      if inFunction { return [name: argument] }
      let reason = argument.hasExpression ? "would have to look into a secret, which only the cloud may see" : "has no value"
      throw EvaluationError(description: "\(name) \(reason)")
    }
    switch self {
    case .array(let elements):
      var out: [JSON] = []
      for element in elements {
        if let value = try element.evaluated(with: values, inFunction: inFunction) { out.append(value) }
      }
      return .array(out)
    case .object(let members):
      var out: [String: JSON] = [:]
      for (key, member) in members { out[key] = try member.evaluated(with: values, inFunction: inFunction) }
      return .object(out)
    default: return self
    }
  }

  private static func substitute(_ text: String, _ variables: [String: JSON], _ values: Values) throws(EvaluationError) -> JSON {
    var parts: [JSON] = []
    for part in SubstitutionPart.parse(text) {
      switch part {
      case .text(let text): parts.append(.string(text))
      case .variable(let name):
        if let variable = variables[name] {
          parts.append(try variable.evaluated(with: values))
        } else if name.contains("."), !name.hasPrefix("AWS::") {
          let path = name.split(separator: ".").map(String.init)
          parts.append(try values.attribute(path[0], Array(path.dropFirst())))
        } else {
          parts.append(try values.reference(name))
        }
      }
    }
    return concatenated(parts)
  }

  /// One text when all parts are scalars, else a `$concat` of them.
  public static func concatenated(_ parts: [JSON]) -> JSON {
    let texts = parts.compactMap(\.scalarText)
    return texts.count == parts.count ? .string(texts.joined()) : ["$concat": .array(parts)]
  }
}

extension Values {
  fileprivate func reference(_ id: String) throws(EvaluationError) -> JSON {
    if let value = pseudo[id] { return .string(value) }
    guard let resource = resources[id] else { throw EvaluationError(description: "'\(id)' has no value yet") }
    return .string(resource.physicalID)
  }

  fileprivate func attribute(_ id: String, _ path: [String]) throws(EvaluationError) -> JSON {
    guard let resource = resources[id] else { throw EvaluationError(description: "'\(id)' has no value yet") }
    for source in [resource.attributes, resource.properties] {
      if let value = source[JSONPointer(path)] ?? source[path.joined(separator: ".")], !value.isNull { return value }
    }
    throw EvaluationError(description: "'\(id)' has no attribute '\(path.joined(separator: "."))'")
  }
}
